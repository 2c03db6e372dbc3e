import type {
  ControllerRevision,
  KubernetesObject,
  LabelSelector,
  PodTemplateSpec,
} from '../../api/index.ts';
import {
  deepEqual,
  fnv32,
  goJson,
  isPlainObject,
  labelSelectorMatches,
  safeEncodeString,
} from '../../apimachinery/index.ts';
import type { ApiClient } from '../../apiserver/index.ts';
import { controllerOf, newControllerReference } from './owner-references.ts';

/** Where a revision keeps its hash: each controller has a label of its own. */
const HASH_LABELS = {
  DaemonSet: 'controller-revision-hash',
  StatefulSet: 'controller.kubernetes.io/hash',
} as const;
const LONGEST_PREFIX = 223;

/** One template that a StatefulSet or DaemonSet has had. `name`: `web-7d4b8c6f9d`. */
export interface Revision {
  readonly name: string;
  readonly hash: string;
  readonly number: number;
  readonly template: PodTemplateSpec;
}

export interface RevisionOwner extends KubernetesObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly revisionHistoryLimit?: number;
  };
  readonly status?: { readonly collisionCount?: number };
}

/** The templates that workloads have had, as ControllerRevision objects (pkg/controller/history, v1.36). */
export interface RevisionHistory {
  /** The revisions of an owner, the oldest first. */
  list(owner: RevisionOwner): readonly Revision[];
  /** The revision of the owner's template: a new one if there is none like it, and always the newest of them. */
  current(owner: RevisionOwner): Revision;
  /** Deletes the oldest that nothing uses any more, beyond `revisionHistoryLimit`. `live`: names of those in use. */
  truncate(owner: RevisionOwner, live: ReadonlySet<string>): void;
}

export function createRevisionHistory(api: ApiClient, kind: keyof typeof HASH_LABELS): RevisionHistory {
  const label = HASH_LABELS[kind];

  function owned(owner: RevisionOwner): ControllerRevision[] {
    const { namespace = '', uid } = owner.metadata;
    return api
      .list('controllerrevisions', { namespace })
      .flatMap((revision) => {
        const controller = controllerOf(revision);
        if (controller) return controller.uid === uid ? [revision] : [];
        const fits = labelSelectorMatches(owner.spec.selector, revision.metadata.labels);
        return fits && owner.metadata.deletionTimestamp === undefined ? adopt(owner, revision) : [];
      })
      .sort((a, b) => a.revision - b.revision);
  }

  function adopt(owner: RevisionOwner, revision: ControllerRevision): ControllerRevision[] {
    const patch = { metadata: { ownerReferences: [newControllerReference(owner)] } };
    const { namespace = '', name } = revision.metadata;
    const result = api.patch('controllerrevisions', namespace, name, 'merge', patch);
    return result.ok ? [result.object] : [];
  }

  function write(owner: RevisionOwner, data: unknown, number: number): ControllerRevision {
    const { name, namespace = '', annotations } = owner.metadata;
    for (let collisions = owner.status?.collisionCount ?? 0; ; collisions++) {
      const hash = hashOf(data, collisions);
      const revision = {
        metadata: {
          name: `${name.slice(0, LONGEST_PREFIX)}-${hash}`,
          namespace,
          labels: { ...owner.spec.template.metadata?.labels, [label]: hash },
          ...(annotations ? { annotations } : {}),
          ownerReferences: [newControllerReference(owner)],
        },
        data,
        revision: number,
      };
      const result = api.create('controllerrevisions', revision);
      if (result.ok) return result.object;
      const there = api.get('controllerrevisions', namespace, revision.metadata.name);
      if (there.ok && deepEqual(there.object.data, data)) return there.object;
      if (!there.ok) return { apiVersion: 'apps/v1', kind: 'ControllerRevision', ...revision };
    }
  }

  return {
    list: (owner) => owned(owner).map((revision) => toRevision(revision, label)),
    current(owner) {
      const data = dataOf(owner.spec.template);
      const known = owned(owner);
      const newest = known.at(-1);
      const equal = known.findLast((revision) => deepEqual(revision.data, data));
      if (equal && equal === newest) return toRevision(equal, label);
      const number = (newest?.revision ?? 0) + 1;
      if (!equal) return toRevision(write(owner, data, number), label);
      // A template that comes back becomes the newest again.
      const result = api.update('controllerrevisions', { ...equal, revision: number });
      return toRevision(result.ok ? result.object : equal, label);
    },
    truncate(owner, live) {
      const limit = owner.spec.revisionHistoryLimit ?? 10;
      const old = owned(owner).filter(({ metadata }) => !live.has(metadata.name));
      if (limit < 0) return;
      for (const { metadata } of old.slice(0, Math.max(0, old.length - limit)))
        api.delete('controllerrevisions', metadata.namespace ?? '', metadata.name);
    },
  };
}

/** The patch that puts the template back (getPatch). */
function dataOf(template: PodTemplateSpec): unknown {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

function toRevision({ metadata, revision, data }: ControllerRevision, label: string): Revision {
  const { $patch: _, ...template } = templateOf(data);
  return {
    name: metadata.name,
    hash: metadata.labels?.[label] ?? '',
    number: revision,
    template: template as unknown as PodTemplateSpec,
  };
}

function templateOf(data: unknown): Record<string, unknown> {
  const spec = isPlainObject(data) ? data.spec : undefined;
  const template = isPlainObject(spec) ? spec.template : undefined;
  return isPlainObject(template) ? template : {};
}

/** HashControllerRevision: over the JSON as Go writes it, its keys in order, and the number of collisions so far. */
function hashOf(data: unknown, collisions: number): string {
  return safeEncodeString(String(fnv32(goJson(inOrder(data)) + String(collisions))));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, inOrder(value[key])]),
  );
}
