/** apps/v1 and batch/v1 beyond validation (pkg/registry/{apps,batch}, v1.36). */
import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  Job,
  ObjectMeta,
  PodTemplateSpec,
  ReplicaSet,
  StatefulSet,
} from '../../api/index.ts';
import { deepEqual, dns1123Label, dns1123Subdomain } from '../../apimachinery/index.ts';
import {
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultStatefulSet,
} from '../defaults/workloads.ts';
import type { Mutable } from '../mutable.ts';
import type { Strategy } from '../strategy.ts';
import {
  validateControllerRevision,
  validateControllerRevisionUpdate,
} from '../validation/controller-revision.ts';
import { validateJob, validateJobUpdate } from '../validation/job.ts';
import { podWarnings } from '../validation/pod-warnings.ts';
import { validateStatefulSet, validateStatefulSetUpdate } from '../validation/stateful-set.ts';
import {
  validateDaemonSet,
  validateDaemonSetUpdate,
  validateDeployment,
  validateDeploymentUpdate,
  validateReplicaSet,
  validateReplicaSetUpdate,
} from '../validation/workloads.ts';

export const deploymentStrategy: Strategy<Deployment> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultDeployment,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: namedWorkloadWarnings,
  prepareForCreate(draft) {
    draft.status = {};
  },
};

export const replicaSetStrategy: Strategy<ReplicaSet> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultReplicaSet,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: namedWorkloadWarnings,
  prepareForCreate(draft) {
    draft.status = { replicas: 0 };
  },
};

export const statefulSetStrategy: Strategy<StatefulSet> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultStatefulSet,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings: statefulSetWarnings,
  prepareForUpdate: dropMaxUnavailable,
  prepareForCreate(draft) {
    draft.status = { replicas: 0, availableReplicas: 0 };
    dropMaxUnavailable(draft, undefined);
  },
};

/** MaxUnavailableStatefulSet is off: the field is kept only where it was. */
function dropMaxUnavailable({ spec }: Mutable<StatefulSet>, old: StatefulSet | undefined): void {
  if (old?.spec.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return;
  delete spec.updateStrategy?.rollingUpdate?.maxUnavailable;
}

/** How often a DaemonSet's template has changed: once a field, now an annotation that only the server writes. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function countTemplate({ metadata }: Mutable<DaemonSet>, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: String(generation) };
}

export const daemonSetStrategy: Strategy<DaemonSet> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultDaemonSet,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  warnings: workloadWarnings,
  prepareForCreate(draft) {
    draft.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
    countTemplate(draft, 1);
  },
  prepareForUpdate(draft, old) {
    const before = Number(old.metadata.annotations?.[TEMPLATE_GENERATION] ?? 1);
    countTemplate(draft, deepEqual(draft.spec.template, old.spec.template) ? before : before + 1);
  },
};

export const jobStrategy: Strategy<Job> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultJob,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  warnings: namedWorkloadWarnings,
  prepareForCreate(draft) {
    draft.status = {};
    generateSelector(draft);
    // The template's labels become the Job's own when it has none (SetDefaults_Job shares the map with the template).
    if (Object.keys(draft.metadata.labels ?? {}).length === 0 && draft.spec.template?.metadata?.labels)
      draft.metadata.labels = { ...draft.spec.template.metadata.labels };
  },
};

export const controllerRevisionStrategy: Strategy<ControllerRevision> = {
  nameRule: dns1123Subdomain,
  validate: validateControllerRevision,
  validateUpdate: validateControllerRevisionUpdate,
};

interface Workload {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** What there is to say of the pod template; after a change, only if it is one of the spec. */
function workloadWarnings({ spec }: Workload, old: Workload | undefined): string[] {
  if (old && deepEqual(spec, old.spec)) return [];
  return podWarnings(spec?.template?.spec, spec?.template?.metadata, 'spec.template');
}

/** Of kinds whose name becomes the start of hostnames. */
function namedWorkloadWarnings(workload: Workload, old: Workload | undefined): string[] {
  const complaints = old ? [] : dns1123Label(workload.metadata.name);
  const hostnames =
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior';
  return [
    ...(complaints.length > 0 ? [`${hostnames}; a DNS label is recommended: [${complaints.join(' ')}]`] : []),
    ...workloadWarnings(workload, old),
  ];
}

function statefulSetWarnings(statefulSet: StatefulSet, old: StatefulSet | undefined): string[] {
  const warnings = workloadWarnings(statefulSet, old);
  if ((statefulSet.spec?.revisionHistoryLimit ?? 0) >= 0) return warnings;
  return [
    ...warnings,
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
  ];
}

/** A Job selects its pods by its own uid, unless told to do otherwise (generateSelector, pkg/registry/batch/job). */
function generateSelector(draft: Parameters<NonNullable<Strategy<Job>['prepareForCreate']>>[0]): void {
  const { spec, metadata } = draft;
  if (spec.manualSelector || !spec.template) return;
  const uid = metadata.uid ?? '';
  spec.template.metadata ??= {};
  spec.template.metadata.labels = {
    ...spec.template.metadata.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': metadata.name ?? '',
    'controller-uid': uid,
    'job-name': metadata.name ?? '',
  };
  spec.selector ??= {};
  spec.selector.matchLabels = { ...spec.selector.matchLabels, 'batch.kubernetes.io/controller-uid': uid };
}
