import type { Location, PathMatch } from './configuration.ts';
import type { LocationDraft } from './servers.ts';

/**
 * The locations of a server as nginx gets them, longest path first. A Prefix path becomes two: the path itself, and all
 * that is below it. As soon as one location of the host has a rewrite or `use-regex`, every path of that host is a
 * pattern, in any case, of which the first wins. Models updateServerLocations and buildLocation (v1.15).
 *
 * One thing is not as in life: nginx answers 301 to `/foo` where only `/foo/` is served; the API says that Prefix
 * `/foo/` serves `/foo` too and Exact `/foo/` does not, and so does this.
 */
export function nginxLocations(drafts: readonly LocationDraft[]): readonly Location[] {
  const sorted = drafts
    .toSorted((a, b) => (a.path > b.path ? -1 : a.path < b.path ? 1 : 0))
    .toSorted((a, b) => b.path.length - a.path.length);
  const patterns = drafts.some((draft) => needsRewrite(draft) || draft.annotations.useRegex);
  const taken = new Set(drafts.filter(({ pathType }) => pathType === 'Exact').map(({ path }) => path));
  const locations = sorted.flatMap((draft) =>
    (patterns ? patternMatches(draft) : plainMatches(draft, taken)).map((match) => toLocation(draft, match)),
  );
  const seen = new Set<string>();
  return locations.filter(({ match: { kind, path } }) => {
    const key = `${kind} ${path}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether the path of a request is changed on its way to the Service. */
export function needsRewrite({ annotations, path }: Pick<Location, 'annotations' | 'path'>): boolean {
  return annotations.rewriteTarget !== '' && annotations.rewriteTarget !== path;
}

function plainMatches({ path, pathType }: LocationDraft, exact: ReadonlySet<string>): readonly PathMatch[] {
  if (pathType === 'Exact') return [{ kind: 'exact', path }];
  if (path === '/') return [{ kind: 'prefix', path }];
  const bare = path.replace(/\/$/, '');
  const below: PathMatch = { kind: 'prefix', path: `${bare}/` };
  return exact.has(bare) ? [below] : [below, { kind: 'exact', path: bare }];
}

function patternMatches(draft: LocationDraft): readonly PathMatch[] {
  const { path, pathType, annotations } = draft;
  const own: PathMatch = { kind: 'regex', path };
  if (pathType === 'Exact' || path === '/' || needsRewrite(draft) || annotations.useRegex) return [own];
  return path.endsWith('/') ? [own] : [{ kind: 'regex', path: `${path}/` }, own];
}

function toLocation(draft: LocationDraft, match: PathMatch): Location {
  const { path, pathType, upstream, servicePort, annotations, source } = draft;
  return { match, path, pathType, upstream, servicePort, annotations, ...(source && { source }) };
}
