import type { Node, Pod } from '../api/index.ts';
import {
  type Clock,
  DEFAULT_EPOCH_MS,
  deepEqual,
  formatTimestamp,
  labelSelectorMatches,
  type Random,
  toSelector,
} from '../apimachinery/index.ts';
import { type ApiClient, createEventRecorder, createInformer } from '../apiserver/index.ts';
import { createSchedulerCache } from './cluster-state.ts';
import { fitErrorMessage } from './fit-error.ts';
import { type PodInfo, podInfo, podKey } from './pod-info.ts';
import { findPreemption } from './preemption.ts';
import { type Diagnosis, schedulePod } from './schedule-pod.ts';
import { createSchedulingQueue } from './scheduling-queue.ts';
import { createServiceIndex } from './service-index.ts';

export interface SchedulerOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970 at virtual time 0. */
  readonly epochMs?: number;
}

const SCHEDULER_NAME = 'default-scheduler';

/** Pods that come to a node, or leave it, matter to these plugins alone (their EventsToRegister). */
const ON_POD_ADDED = ['InterPodAffinity', 'PodTopologySpread'];
const ON_POD_DELETED = [
  'InterPodAffinity',
  'PodTopologySpread',
  'NodeResourcesFit',
  'NodePorts',
  'VolumeBinding',
];

/** Starts the kube-scheduler: it gives every pod without a node one, or says why none will do. */
export function startScheduler({ api, clock, random, epochMs = DEFAULT_EPOCH_MS }: SchedulerOptions): {
  stop(): void;
} {
  const record = createEventRecorder({ client: api, clock, epochMs, component: SCHEDULER_NAME });
  const queue = createSchedulingQueue(clock, run);
  const namespaces = createInformer(api, 'namespaces');
  const servicesByPair = createServiceIndex();
  const services = createInformer(api, 'services', {
    added: servicesByPair.add,
    updated(before, service) {
      servicesByPair.remove(before);
      servicesByPair.add(service);
    },
    deleted: servicesByPair.remove,
  });
  const replicaSets = createInformer(api, 'replicasets');
  const statefulSets = createInformer(api, 'statefulsets');
  const cache = createSchedulerCache({
    namespaceLabels: (name) => namespaces.get('', name)?.metadata.labels ?? {},
    servicesFor: servicesByPair.candidates,
    ownerSelector(pod) {
      const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
      const informer =
        owner?.kind === 'ReplicaSet' ? replicaSets : owner?.kind === 'StatefulSet' ? statefulSets : undefined;
      const selector = owner && informer?.get(pod.metadata.namespace ?? '', owner.name)?.spec.selector;
      return selector && labelSelectorMatches(selector, pod.metadata.labels ?? {})
        ? toSelector(selector)
        : undefined;
    },
  });

  const nodes = createInformer(api, 'nodes', {
    added(node) {
      cache.setNode(node);
      queue.wake(undefined);
    },
    updated(before, node) {
      cache.setNode(node);
      if (mattersToPods(before, node)) queue.wake(undefined);
    },
    deleted(node) {
      cache.removeNode(node.metadata.name);
      queue.wake(ON_POD_DELETED);
    },
  });
  const pods = createInformer(api, 'pods', {
    added: (pod) => podChanged(undefined, pod),
    updated: podChanged,
    deleted(pod) {
      queue.remove(podKey(pod));
      cache.removePod(pod);
      if (pod.spec.nodeName) queue.wake(ON_POD_DELETED);
    },
  });

  function podChanged(before: Pod | undefined, pod: Pod): void {
    if (pod.spec.nodeName) {
      queue.remove(podKey(pod));
      const ended = isFinished(pod);
      if (
        before &&
        before.spec.nodeName === pod.spec.nodeName &&
        isFinished(before) === ended &&
        sameForOthers(before, pod)
      )
        return;
      cache.setPod(pod);
      queue.wake(ended ? ON_POD_DELETED : ON_POD_ADDED);
      return;
    }
    if ((pod.spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME) return;
    if (pod.metadata.deletionTimestamp !== undefined || isFinished(pod)) {
      queue.remove(podKey(pod));
      return;
    }
    // A gated pod is not looked at until its last gate is gone.
    if ((pod.spec.schedulingGates ?? []).length > 0) return;
    if (before && deepEqual(before.spec, pod.spec) && sameForOthers(before, pod)) return;
    queue.add(podInfo(pod));
  }

  function run(): void {
    for (let next = queue.pop(); next; next = queue.pop()) scheduleOne(next.pod);
  }

  function scheduleOne(info: PodInfo): void {
    const { namespace = 'default', name } = info.pod.metadata;
    const current = api.get('pods', namespace, name);
    if (
      !current.ok ||
      current.object.spec.nodeName ||
      current.object.metadata.deletionTimestamp !== undefined
    ) {
      queue.remove(info.key);
      return;
    }
    const placement = schedulePod(info, cache, random);
    if (!placement.fits) {
      fail(info, placement.diagnosis);
      return;
    }
    const bound = api.bind(namespace, name, placement.node);
    if (!bound.ok) {
      queue.retry(info);
      return;
    }
    queue.remove(info.key);
    cache.setPod(bound.object, placement.node);
    record(
      bound.object,
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${placement.node}`,
    );
  }

  function fail(info: PodInfo, diagnosis: Diagnosis): void {
    const { pod } = info;
    const count = cache.nodes.length;
    const preemption = count > 0 ? findPreemption(info, cache, diagnosis) : undefined;
    const message = fitErrorMessage(
      count,
      diagnosis,
      preemption?.found === false ? preemption.message : undefined,
    );
    record(pod, 'Warning', 'FailedScheduling', message);
    setPodScheduled(pod, message, preemption?.found ? preemption.node : undefined);
    queue.unschedulable(info, diagnosis.plugins);
    if (!preemption?.found) return;
    for (const victim of preemption.victims) evict(victim, pod, preemption.node);
  }

  function setPodScheduled(pod: Pod, message: string, nominatedNodeName: string | undefined): void {
    const { namespace = 'default', name } = pod.metadata;
    const current = api.get('pods', namespace, name);
    if (!current.ok) return;
    const { status = {} } = current.object;
    const before = status.conditions?.find(({ type }) => type === 'PodScheduled');
    if (before?.status === 'False' && before.message === message && !nominatedNodeName) return;
    const condition = {
      type: 'PodScheduled',
      status: 'False' as const,
      reason: 'Unschedulable',
      message,
      lastTransitionTime:
        before?.status === 'False' && before.lastTransitionTime
          ? before.lastTransitionTime
          : formatTimestamp(epochMs + clock.now()),
    };
    const conditions = [
      ...(status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
      condition,
    ];
    api.updateStatus('pods', {
      ...current.object,
      status: { ...status, conditions, ...(nominatedNodeName ? { nominatedNodeName } : {}) },
    });
  }

  function evict({ pod: victim }: PodInfo, preemptor: Pod, node: string): void {
    const { namespace = 'default', name } = victim.metadata;
    const current = api.get('pods', namespace, name);
    if (current.ok) {
      const { status = {} } = current.object;
      const condition = {
        type: 'DisruptionTarget',
        status: 'True' as const,
        reason: 'PreemptionByScheduler',
        message: `${SCHEDULER_NAME}: preempting to accommodate a higher priority pod`,
        lastTransitionTime: formatTimestamp(epochMs + clock.now()),
      };
      api.updateStatus('pods', {
        ...current.object,
        status: {
          ...status,
          conditions: [...(status.conditions ?? []).filter(({ type }) => type !== condition.type), condition],
        },
      });
    }
    api.delete('pods', namespace, name);
    record(victim, 'Normal', 'Preempted', `Preempted by pod ${preemptor.metadata.uid ?? ''} on node ${node}`);
  }

  return {
    stop() {
      for (const informer of [namespaces, services, replicaSets, statefulSets, nodes, pods]) informer.stop();
    },
  };
}

function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Labels and leaving are what other pods' affinity and spreading see of a pod. */
function sameForOthers({ metadata: before }: Pod, { metadata: now }: Pod): boolean {
  return (
    deepEqual(before.labels ?? {}, now.labels ?? {}) && before.deletionTimestamp === now.deletionTimestamp
  );
}

/** Heartbeats change nothing for a pod that waits; these fields may. */
function mattersToPods(before: Node, now: Node): boolean {
  const facts = ({ metadata, spec, status }: Node) => [
    metadata.labels,
    spec?.taints,
    spec?.unschedulable,
    status?.allocatable,
  ];
  return !deepEqual(facts(before), facts(now));
}
