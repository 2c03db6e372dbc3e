import type { ResourceName, ResourceTypes } from '../../api/index.ts';
import type { Strategy } from '../strategy.ts';
import {
  configMapStrategy,
  endpointSliceStrategy,
  endpointsStrategy,
  eventStrategy,
  ingressClassStrategy,
  ingressStrategy,
  ipAddressStrategy,
  leaseStrategy,
  namespaceStrategy,
  networkPolicyStrategy,
  nodeStrategy,
  secretStrategy,
  serviceAccountStrategy,
  serviceCIDRStrategy,
} from './others.ts';
import { podStrategy } from './pod.ts';
import { serviceStrategy } from './service.ts';
import {
  controllerRevisionStrategy,
  daemonSetStrategy,
  deploymentStrategy,
  jobStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
} from './workloads.ts';

/** What is peculiar to each resource, in one list. */
export const STRATEGIES: { readonly [R in ResourceName]: Strategy<ResourceTypes[R]> } = {
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  endpoints: endpointsStrategy,
  configmaps: configMapStrategy,
  secrets: secretStrategy,
  serviceaccounts: serviceAccountStrategy,
  events: eventStrategy,
  controllerrevisions: controllerRevisionStrategy,
  deployments: deploymentStrategy,
  replicasets: replicaSetStrategy,
  statefulsets: statefulSetStrategy,
  daemonsets: daemonSetStrategy,
  jobs: jobStrategy,
  leases: leaseStrategy,
  endpointslices: endpointSliceStrategy,
  ingresses: ingressStrategy,
  ingressclasses: ingressClassStrategy,
  networkpolicies: networkPolicyStrategy,
  servicecidrs: serviceCIDRStrategy,
  ipaddresses: ipAddressStrategy,
};
