import type { KubernetesObject, ResourceName } from '../../../../engine/index.ts';
import {
  describeConfigMap,
  describeNamespace,
  describeNode,
  describeSecret,
  describeServiceAccount,
} from './cluster.ts';
import { describeGeneric } from './generic.ts';
import {
  describeEndpointSlice,
  describeEndpoints,
  describeIngress,
  describeIngressClass,
  describeNetworkPolicy,
} from './networking.ts';
import { describePod } from './pod.ts';
import { describeService } from './service.ts';
import type { DescribeContext } from './shared.ts';
import {
  describeDaemonSet,
  describeDeployment,
  describeJob,
  describeReplicaSet,
  describeStatefulSet,
} from './workloads.ts';
import { createDescribeWriter, type DescribeWriter } from './writer.ts';

type Describer<T> = (out: DescribeWriter, object: T, context: DescribeContext) => void;

const DESCRIBERS: Readonly<Partial<Record<ResourceName, Describer<never>>>> = {
  configmaps: describeConfigMap,
  daemonsets: describeDaemonSet,
  deployments: describeDeployment,
  endpoints: describeEndpoints,
  endpointslices: describeEndpointSlice,
  ingressclasses: describeIngressClass,
  ingresses: describeIngress,
  jobs: describeJob,
  namespaces: describeNamespace,
  networkpolicies: describeNetworkPolicy,
  nodes: describeNode,
  pods: describePod,
  replicasets: describeReplicaSet,
  secrets: describeSecret,
  serviceaccounts: describeServiceAccount,
  services: describeService,
  statefulsets: describeStatefulSet,
};

/** The text of `kubectl describe` for one object. */
export function describeObject(
  resource: ResourceName,
  object: KubernetesObject,
  context: DescribeContext,
): string {
  const out = createDescribeWriter();
  const describe = (DESCRIBERS[resource] ?? describeGeneric) as Describer<KubernetesObject>;
  describe(out, object, context);
  return out.text();
}
