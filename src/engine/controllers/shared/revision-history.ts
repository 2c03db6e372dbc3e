import type { PodTemplateSpec } from '../../api/index.ts';
import { podTemplateHash } from './template-hash.ts';

/** One template that a StatefulSet or DaemonSet has had. `name`: `web-7d4b8c6f9d`. */
export interface Revision {
  readonly name: string;
  readonly hash: string;
  readonly number: number;
  readonly template: PodTemplateSpec;
}

/**
 * The templates that workloads have had, by the owner's uid. In a real cluster they are ControllerRevision objects;
 * this API server does not serve that kind, so the controller remembers them itself.
 */
export interface RevisionHistory {
  /** The revision of the template, a new one if it has not been seen. The newest has the highest number. */
  of(owner: { readonly name: string; readonly uid: string }, template: PodTemplateSpec): Revision;
  /** A revision by its hash, as pods carry it; undefined: never seen. */
  byHash(uid: string, hash: string | undefined): Revision | undefined;
  forget(uid: string): void;
}

export function createRevisionHistory(): RevisionHistory {
  const revisions = new Map<string, Revision[]>();
  return {
    of({ name, uid }, template) {
      const known = revisions.get(uid) ?? [];
      revisions.set(uid, known);
      const hash = podTemplateHash(template, undefined);
      const number = (known.at(-1)?.number ?? 0) + 1;
      const at = known.findIndex((revision) => revision.hash === hash);
      if (at >= 0 && at === known.length - 1) return known[at] as Revision;
      // A template that comes back becomes the newest again.
      if (at >= 0) known.splice(at, 1);
      const revision = { name: `${name}-${hash}`, hash, number, template };
      known.push(revision);
      return revision;
    },
    byHash: (uid, hash) => revisions.get(uid)?.find((revision) => revision.hash === hash),
    forget: (uid) => revisions.delete(uid),
  };
}
