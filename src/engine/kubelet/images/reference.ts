/** An image reference, with what was left out filled in (github.com/distribution/reference). */
export interface ImageReference {
  /** `docker.io/library/nginx` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** `docker.io/library/nginx:latest` */
  readonly canonical: string;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Reads a reference as a manifest writes it. The error is the parser's own sentence. */
export function parseImageReference(
  text: string,
):
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly error: string } {
  const [beforeDigest, digest] = splitOnce(text, '@');
  const slash = beforeDigest.lastIndexOf('/');
  const colon = beforeDigest.indexOf(':', slash + 1);
  const name = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  const repository = normalise(name);
  const path = repository.slice(repository.indexOf('/') + 1);
  if (/[A-Z]/.test(path) && COMPONENT.test(path.toLowerCase().replaceAll('/', ''))) {
    return { ok: false, error: `invalid reference format: repository name (${path}) must be lowercase` };
  }
  const badTag = tag !== undefined && !TAG.test(tag);
  if (
    badTag ||
    (digest !== undefined && !DIGEST.test(digest)) ||
    !path.split('/').every((part) => COMPONENT.test(part))
  ) {
    return { ok: false, error: 'invalid reference format' };
  }
  const shownTag = tag ?? (digest === undefined ? 'latest' : undefined);
  const canonical = `${repository}${shownTag ? `:${shownTag}` : ''}${digest ? `@${digest}` : ''}`;
  return {
    ok: true,
    reference: { repository, canonical, ...(shownTag && { tag: shownTag }), ...(digest && { digest }) },
  };
}

/** Docker Hub is what is meant when no registry is named, and `library/` when no owner is. */
function normalise(name: string): string {
  const [first, rest] = splitOnce(name, '/');
  const namesRegistry = rest !== undefined && (/[.:]/.test(first) || first === 'localhost');
  if (namesRegistry) return first === 'index.docker.io' ? `docker.io/${rest}` : name;
  return rest === undefined ? `docker.io/library/${name}` : `docker.io/${name}`;
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
