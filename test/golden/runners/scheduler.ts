import type { KubernetesObject, Node, Pod } from '../../../src/engine/api/index.ts';
import { createRandom } from '../../../src/engine/apimachinery/index.ts';
import {
  createSchedulerCache,
  findPreemption,
  fitErrorMessage,
  podInfo,
  type SchedulerCache,
  schedulePod,
} from '../../../src/engine/scheduler/index.ts';
import type { GoldenResult } from '../result.ts';

export const file = 'scheduler.json';

interface Expectation {
  readonly pod: string;
  readonly scheduled: boolean;
  readonly nodeAnyOf?: readonly string[];
  readonly message_current?: string;
  readonly preemptedPods?: readonly string[];
}

interface Records {
  readonly cases: readonly {
    readonly id: string;
    readonly objects: readonly KubernetesObject[];
    readonly pods: readonly Pod[];
    readonly expect: readonly Expectation[];
  }[];
}

/** Draws among equals differ from run to run: every record is tried with several seeds. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

export function run(records: unknown): GoldenResult[] {
  return (records as Records).cases.flatMap(({ id, objects, pods, expect }) => {
    const differences = new Map<string, string>();
    for (const seed of SEEDS) {
      const came = place(objects, pods, seed);
      for (const expected of expect) {
        const difference = compare(expected, came.get(expected.pod));
        if (difference) differences.set(expected.pod, difference);
      }
    }
    return expect.map(({ pod }): GoldenResult => {
      const difference = differences.get(pod);
      return difference
        ? { id: `${id}: ${pod}`, passed: false, difference }
        : { id: `${id}: ${pod}`, passed: true };
    });
  });
}

interface Came {
  readonly node?: string;
  readonly message?: string;
  readonly preempted: readonly string[];
}

function place(objects: readonly KubernetesObject[], pods: readonly Pod[], seed: number): Map<string, Came> {
  const claims = objects.filter(({ kind }) => kind === 'PersistentVolumeClaim') as (KubernetesObject & {
    readonly spec: { readonly volumeName?: string };
  })[];
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const cache = createSchedulerCache({
    namespaceLabels: (name) =>
      namespaces.find(({ metadata }) => metadata.name === name)?.metadata.labels ?? {},
    volumeClaim(_, name) {
      const claim = claims.find(({ metadata }) => metadata.name === name);
      return claim && { bound: claim.spec.volumeName !== undefined };
    },
  });
  for (const object of objects) {
    if (object.kind === 'Node') cache.setNode(object as Node);
    if (object.kind === 'Pod') cache.setPod(object as Pod);
  }
  const random = createRandom(seed);
  return new Map(pods.map((pod) => [pod.metadata.name, placeOne(pod, cache, random)]));
}

function placeOne(pod: Pod, cache: SchedulerCache, random: ReturnType<typeof createRandom>): Came {
  const info = podInfo(pod);
  const first = schedulePod(info, cache, random);
  if (first.fits) {
    cache.setPod(pod, first.node);
    return { node: first.node, preempted: [] };
  }
  const preemption = findPreemption(info, cache, first.diagnosis);
  if (!preemption.found)
    return {
      message: fitErrorMessage(cache.nodes.length, first.diagnosis, preemption.message),
      preempted: [],
    };
  for (const victim of preemption.victims) cache.removePod(victim.pod);
  const second = schedulePod(info, cache, random);
  return {
    ...(second.fits ? { node: second.node } : {}),
    preempted: preemption.victims.map((victim) => victim.pod.metadata.name),
  };
}

function compare(expected: Expectation, came: Came | undefined): string | undefined {
  if (expected.scheduled) {
    if (!came?.node) return `expected a node; got: ${came?.message}`;
    if (expected.nodeAnyOf && !expected.nodeAnyOf.includes(came.node))
      return `expected ${expected.nodeAnyOf.join(' or ')}; got ${came.node}`;
    const [wanted, got] = [
      [...(expected.preemptedPods ?? [])].sort().join(),
      [...came.preempted].sort().join(),
    ];
    return wanted === got ? undefined : `expected to preempt ${wanted}; got ${got}`;
  }
  if (expected.message_current !== undefined && expected.message_current !== came?.message) {
    return `expected: ${expected.message_current}\n    got:      ${came?.message ?? came?.node}`;
  }
  return came?.node ? `expected no node; got ${came.node}` : undefined;
}
