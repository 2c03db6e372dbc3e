/** apps/v1 and batch/v1 beyond validation (pkg/registry/{apps,batch}, v1.36). */
import type { DaemonSet, Deployment, Job, ReplicaSet, StatefulSet } from '../../api/index.ts';
import { dns1123Subdomain } from '../../apimachinery/index.ts';
import {
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultReplicaSet,
  defaultStatefulSet,
} from '../defaults/workloads.ts';
import type { Strategy } from '../strategy.ts';
import { validateJob, validateJobUpdate } from '../validation/job.ts';
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
  prepareForCreate(draft) {
    draft.status = { replicas: 0, availableReplicas: 0 };
  },
};

export const daemonSetStrategy: Strategy<DaemonSet> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultDaemonSet,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  prepareForCreate(draft) {
    draft.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
  },
};

export const jobStrategy: Strategy<Job> = {
  nameRule: dns1123Subdomain,
  generation: true,
  applyDefaults: defaultJob,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  prepareForCreate(draft) {
    draft.status = {};
    generateSelector(draft);
  },
};

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
