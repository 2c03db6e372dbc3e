import { type Clock, DEFAULT_EPOCH_MS, type Random } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import { startDaemonSetController } from './daemonset/daemonset-controller.ts';
import { startDeploymentController } from './deployment/deployment-controller.ts';
import { startEndpointsController } from './endpoints/endpoints-controller.ts';
import { startEndpointSliceController } from './endpointslice/endpointslice-controller.ts';
import { startEndpointSliceMirroringController } from './endpointslicemirroring/endpointslicemirroring-controller.ts';
import { startGarbageCollector } from './garbagecollector/garbage-collector.ts';
import { startJobController } from './job/job-controller.ts';
import { startNamespaceController } from './namespace/namespace-controller.ts';
import { type NodeIpamOptions, startNodeIpamController } from './nodeipam/nodeipam-controller.ts';
import { startNodeLifecycleController } from './nodelifecycle/node-lifecycle-controller.ts';
import { startPodGarbageCollector } from './podgc/pod-garbage-collector.ts';
import { startReplicaSetController } from './replicaset/replicaset-controller.ts';
import { startRootCaPublisher } from './rootca/root-ca-publisher.ts';
import { startServiceAccountsController } from './serviceaccount/serviceaccounts-controller.ts';
import { startServiceCIDRController } from './servicecidrs/service-cidr-controller.ts';
import { type LoadBalancerProvider, startServiceController } from './servicelb/service-controller.ts';
import type { Controller, ControllerContext } from './shared/context.ts';
import { createInformers } from './shared/informers.ts';
import { startStatefulSetController } from './statefulset/statefulset-controller.ts';
import { startTaintEvictionController } from './tainteviction/taint-eviction-controller.ts';

export interface ControllersOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970 at virtual time 0. Default 2026-01-01T00:00:00Z. */
  readonly epochMs?: number;
  readonly nodeIpam: NodeIpamOptions;
  /** The certificate authority that every namespace gets as kube-root-ca.crt, in PEM. */
  readonly rootCA?: string;
  /** The cloud that gives LoadBalancers their addresses; absent: they stay pending. */
  readonly loadBalancerProvider?: LoadBalancerProvider;
}

/** Starts the kube-controller-manager: its controllers, in the order of its own list, on one set of caches. */
export function startControllers(options: ControllersOptions): Controller {
  const informers = createInformers(options.api);
  const context: ControllerContext = { ...options, epochMs: options.epochMs ?? DEFAULT_EPOCH_MS, informers };
  const controllers = [
    startEndpointsController(context),
    startEndpointSliceController(context),
    startEndpointSliceMirroringController(context),
    startPodGarbageCollector(context),
    startNamespaceController(context),
    startServiceAccountsController(context),
    startGarbageCollector(context),
    startDaemonSetController(context),
    startJobController(context),
    startDeploymentController(context),
    startReplicaSetController(context),
    startStatefulSetController(context),
    startNodeIpamController(context, options.nodeIpam),
    startNodeLifecycleController(context),
    startTaintEvictionController(context),
    startServiceCIDRController(context),
    startRootCaPublisher(context, options.rootCA ?? ''),
    ...(options.loadBalancerProvider ? [startServiceController(context, options.loadBalancerProvider)] : []),
  ];
  return {
    stop() {
      for (const controller of controllers) controller.stop();
      informers.stop();
    },
  };
}
