import type { DaemonSet, Node, Pod } from '../../api/index.ts';
import { deepEqual, labelSelectorMatches, parseTimestamp, scaledValue } from '../../apimachinery/index.ts';
import { createEventRecorder, createWorkQueue, objectKey, splitKey } from '../../apiserver/index.ts';
import { claim } from '../shared/claim.ts';
import { type Controller, type ControllerContext, nowMs } from '../shared/context.ts';
import { createExpectations } from '../shared/expectations.ts';
import { controllerOf } from '../shared/owner-references.ts';
import { createPodControl } from '../shared/pod-control.ts';
import { isPodAvailable, isPodReady } from '../shared/pod-state.ts';
import { createRevisionHistory, type Revision } from '../shared/revision-history.ts';
import { affinityForNode, daemonTolerations, nodeFitsDaemonSet, nodeOfDaemonPod } from './daemon-pods.ts';

const REVISION_HASH = 'controller-revision-hash';
const GENERATION = 'pod-template-generation';
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 15 * 60 * 1000;

/**
 * Keeps one pod of a DaemonSet on every node that can take it; the scheduler binds them.
 * Models DaemonSetsController (pkg/controller/daemon, v1.36).
 */
export function startDaemonSetController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const { pods } = informers;
  const record = createEventRecorder({ ...context, client: api, component: 'daemonset-controller' });
  const podControl = createPodControl(context, record);
  const expectations = createExpectations(() => clock.now());
  const revisions = createRevisionHistory(api, 'DaemonSet');
  /** How often a pod has failed on a node: the next one waits longer. */
  const failures = new Map<string, { count: number; until: number }>();
  const daemonSets = informers.of('daemonsets');
  const nodes = informers.of('nodes');
  const queue = createWorkQueue({ clock, reconcile });

  daemonSets.subscribe({
    added: (set) => queue.add(objectKey(set)),
    updated: (_, set) => queue.add(objectKey(set)),
    deleted: (set) => expectations.forget(objectKey(set)),
  });
  nodes.subscribe({
    added: wakeAll,
    deleted: wakeAll,
    updated(before, node) {
      const facts = ({ metadata, spec }: Node) => [metadata.labels, spec?.taints, spec?.unschedulable];
      if (!deepEqual(facts(before), facts(node))) wakeAll();
    },
  });
  pods.subscribe({
    added(pod) {
      const key = ownerKey(pod);
      if (key === undefined) return;
      expectations.creationObserved(key);
      queue.add(key);
    },
    updated(_, pod) {
      const key = ownerKey(pod);
      if (key !== undefined) queue.add(key);
    },
    deleted(pod) {
      const key = ownerKey(pod);
      if (key === undefined) return;
      expectations.deletionObserved(key, objectKey(pod));
      queue.add(key);
    },
  });

  function wakeAll(): void {
    for (const set of daemonSets.list()) queue.add(objectKey(set));
  }

  function ownerKey(pod: Pod): string | undefined {
    const owner = controllerOf(pod);
    return owner?.kind === 'DaemonSet' ? `${pod.metadata.namespace}/${owner.name}` : undefined;
  }

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const set = daemonSets.get(namespace, name);
    if (!set || set.metadata.deletionTimestamp !== undefined) return;
    const revision = revisions.current(set);
    if (expectations.satisfied(key)) {
      manage(key, set, revision);
      if (expectations.satisfied(key) && set.spec.updateStrategy?.type !== 'OnDelete')
        rollOut(key, set, revision);
      forgetOldRevisions(set, revision);
    }
    updateStatus(key, set, revision);
  }

  /** cleanupHistory: what a pod still runs is kept. */
  function forgetOldRevisions(set: DaemonSet, current: Revision): void {
    const hashes = new Set(
      pods.ofController(set.metadata.uid).map((pod) => pod.metadata.labels?.[REVISION_HASH]),
    );
    const live = revisions.list(set).filter(({ hash }) => hashes.has(hash));
    revisions.truncate(set, new Set([current.name, ...live.map(({ name }) => name)]));
  }

  function podsByNode(set: DaemonSet): Map<string, Pod[]> {
    const byNode = new Map<string, Pod[]>();
    const own = claim(api, 'pods', set, pods, (pod) =>
      labelSelectorMatches(set.spec.selector, pod.metadata.labels),
    );
    for (const pod of own) {
      const node = nodeOfDaemonPod(pod.spec);
      if (node !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), pod]);
    }
    return byNode;
  }

  /** One pod on each node that should have one, none elsewhere (podsShouldBeOnNode). */
  function manage(key: string, set: DaemonSet, revision: Revision): void {
    const byNode = podsByNode(set);
    const needing: string[] = [];
    const goners: Pod[] = [];
    for (const node of nodes.list()) {
      const { run, stay } = nodeFitsDaemonSet(set, node);
      const present = byNode.get(node.metadata.name) ?? [];
      byNode.delete(node.metadata.name);
      if (!run && !stay) {
        goners.push(...present.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
        continue;
      }
      const failed = present.filter(
        ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase === 'Failed',
      );
      for (const pod of failed) if (mayReplace(key, set, node.metadata.name, pod)) goners.push(pod);
      const running = present.filter((pod) => !failed.includes(pod));
      if (run && present.length === 0) needing.push(node.metadata.name);
      const living = running.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      if (maxSurge(set) === 0) goners.push(...oldestFirst(living).slice(1));
      else goners.push(...surplusWhileSurging(set, living, revision));
    }
    // Pods of nodes that are gone are the pod garbage collector's affair, but for those that never started.
    for (const orphans of byNode.values())
      goners.push(
        ...orphans.filter((pod) => !pod.spec.nodeName && pod.metadata.deletionTimestamp === undefined),
      );
    apply(key, set, revision, needing, goners);
  }

  function apply(
    key: string,
    set: DaemonSet,
    revision: Revision,
    needing: readonly string[],
    goners: readonly Pod[],
  ): void {
    if (needing.length > 0) {
      expectations.expectCreations(key, needing.length);
      for (const [index, node] of needing.entries()) {
        const { spec } = set.spec.template;
        const result = podControl.create(set, set.spec.template, {
          labels: {
            [REVISION_HASH]: revision.hash,
            [GENERATION]: set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1',
          },
          spec: { tolerations: daemonTolerations(spec), affinity: affinityForNode(spec.affinity, node) },
        });
        if (result.ok) continue;
        for (let skipped = index; skipped < needing.length; skipped++) expectations.creationObserved(key);
        queue.addRateLimited(key);
        break;
      }
    }
    if (goners.length === 0) return;
    if (needing.length === 0) expectations.expectDeletions(key, goners.map(objectKey));
    for (const pod of goners)
      if (!podControl.delete(set, pod)) expectations.deletionObserved(key, objectKey(pod));
  }

  /** A pod that failed is replaced, each time after a longer wait. */
  function mayReplace(key: string, set: DaemonSet, node: string, pod: Pod): boolean {
    const place = `${set.metadata.uid} ${node}`;
    const entry = failures.get(place) ?? { count: 0, until: Number.NEGATIVE_INFINITY };
    if (clock.now() < entry.until) {
      queue.addAfter(key, entry.until - clock.now(), { background: true });
      return false;
    }
    failures.set(place, {
      count: entry.count + 1,
      until: clock.now() + Math.min(FIRST_BACKOFF_MS * 2 ** entry.count, LONGEST_BACKOFF_MS),
    });
    const { name } = pod.metadata;
    record(
      set,
      'Warning',
      'FailedDaemonPod',
      `Found failed daemon pod ${pod.metadata.namespace}/${name} on node ${node}, will try to kill it`,
    );
    return true;
  }

  /** Replaces pods of an older template: as many at a time as may be missing, or first surplus ones (rollingUpdate). */
  function rollOut(key: string, set: DaemonSet, revision: Revision): void {
    const byNode = podsByNode(set);
    const eligible = nodes.list().filter((node) => nodeFitsDaemonSet(set, node).run);
    const now = nowMs(context);
    const minReady = set.spec.minReadySeconds ?? 0;
    const surge = maxSurge(set);
    const perNode = eligible.map(({ metadata }) => {
      const living = (byNode.get(metadata.name) ?? []).filter(
        (pod) => pod.metadata.deletionTimestamp === undefined,
      );
      return {
        node: metadata.name,
        fresh: living.find((pod) => pod.metadata.labels?.[REVISION_HASH] === revision.hash),
        old: living.find((pod) => pod.metadata.labels?.[REVISION_HASH] !== revision.hash),
        leaving: living.length === 0 && byNode.has(metadata.name),
      };
    });
    if (surge > 0) {
      const surging = perNode.filter(({ fresh, old }) => fresh && old).length;
      const needing = perNode.filter(({ fresh, old }) => old && !fresh);
      // A node whose old pod is not available has nothing to lose: it does not count against the surge.
      const free = needing.filter(({ old }) => old && !isPodAvailable(old, minReady, now));
      const others = needing.filter((each) => !free.includes(each)).slice(0, Math.max(0, surge - surging));
      apply(
        key,
        set,
        revision,
        [...free, ...others].map(({ node }) => node),
        [],
      );
      return;
    }
    const maxUnavailable = unavailableLimit(set, eligible.length);
    const unavailable = perNode.filter(
      ({ fresh, old }) => ![fresh, old].some((pod) => pod && isPodAvailable(pod, minReady, now)),
    ).length;
    const dead = perNode.filter(({ fresh, old }) => !fresh && old && !isPodAvailable(old, minReady, now));
    const alive = perNode.filter(({ fresh, old }) => !fresh && old && isPodAvailable(old, minReady, now));
    const goners = [...dead, ...alive.slice(0, Math.max(0, maxUnavailable - unavailable))].flatMap(
      ({ old }) => old ?? [],
    );
    apply(key, set, revision, [], goners);
  }

  /** While a node has an old and a new pod, the old one goes once the new one is available. */
  function surplusWhileSurging(set: DaemonSet, living: readonly Pod[], revision: Revision): readonly Pod[] {
    const fresh = oldestFirst(living.filter((pod) => pod.metadata.labels?.[REVISION_HASH] === revision.hash));
    const old = oldestFirst(living.filter((pod) => pod.metadata.labels?.[REVISION_HASH] !== revision.hash));
    const [first] = fresh;
    const done = first && isPodAvailable(first, set.spec.minReadySeconds ?? 0, nowMs(context));
    return [...fresh.slice(1), ...(done ? old : old.slice(1))];
  }

  function updateStatus(key: string, set: DaemonSet, revision: Revision): void {
    const byNode = podsByNode(set);
    const now = nowMs(context);
    const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
    for (const node of nodes.list()) {
      const [pod] = oldestFirst(
        (byNode.get(node.metadata.name) ?? []).filter(
          ({ metadata }) => metadata.deletionTimestamp === undefined,
        ),
      );
      if (!nodeFitsDaemonSet(set, node).run) {
        if (pod) counts.misscheduled++;
        continue;
      }
      counts.desired++;
      if (!pod) continue;
      counts.current++;
      if (isPodReady(pod)) counts.ready++;
      if (isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now)) counts.available++;
      if (pod.metadata.labels?.[REVISION_HASH] === revision.hash) counts.updated++;
    }
    const unavailable = counts.desired - counts.available;
    const status = {
      currentNumberScheduled: counts.current,
      numberMisscheduled: counts.misscheduled,
      desiredNumberScheduled: counts.desired,
      numberReady: counts.ready,
      ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
      ...(counts.updated > 0 ? { updatedNumberScheduled: counts.updated } : {}),
      ...(counts.available > 0 ? { numberAvailable: counts.available } : {}),
      ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
    };
    if (deepEqual(status, set.status)) return;
    const { namespace, name } = splitKey(key);
    const current = api.get('daemonsets', namespace, name);
    if (current.ok) api.updateStatus('daemonsets', { ...current.object, status });
    const waits = (set.spec.minReadySeconds ?? 0) > 0 && counts.ready !== counts.available;
    if (waits) queue.addAfter(key, (set.spec.minReadySeconds ?? 0) * 1000);
  }

  return { stop: () => queue.stop() };
}

function maxSurge({ spec }: DaemonSet): number {
  return scaledValue(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, 100, true) ?? 0;
}

function unavailableLimit({ spec }: DaemonSet, nodes: number): number {
  return scaledValue(spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, nodes, true) ?? 1;
}

/** Pods that run come before those that do not, then the older ones. */
function oldestFirst(pods: readonly Pod[]): Pod[] {
  const rank = (pod: Pod) => `${pod.spec.nodeName ? 0 : 1} ${pod.status?.phase === 'Running' ? 0 : 1}`;
  const created = ({ metadata }: Pod) => parseTimestamp(metadata.creationTimestamp ?? '') ?? 0;
  return [...pods].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : created(a) - created(b)));
}
