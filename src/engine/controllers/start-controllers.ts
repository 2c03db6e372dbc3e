import { type Clock, DEFAULT_EPOCH_MS, type Random } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import { startDeploymentController } from './deployment/deployment-controller.ts';
import { startEndpointSliceController } from './endpointslice/endpointslice-controller.ts';
import { startNamespaceController } from './namespace/namespace-controller.ts';
import { type NodeIpamOptions, startNodeIpamController } from './nodeipam/nodeipam-controller.ts';
import { startReplicaSetController } from './replicaset/replicaset-controller.ts';
import { startRootCaPublisher } from './rootca/root-ca-publisher.ts';
import { startServiceAccountsController } from './serviceaccount/serviceaccounts-controller.ts';
import type { Controller, ControllerContext } from './shared/context.ts';
import { createInformers } from './shared/informers.ts';

export interface ControllersOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970 at virtual time 0. Default 2026-01-01T00:00:00Z. */
  readonly epochMs?: number;
  readonly nodeIpam: NodeIpamOptions;
  /** The certificate authority that every namespace gets as kube-root-ca.crt, in PEM. */
  readonly rootCA?: string;
}

/** Starts the kube-controller-manager: its controllers, in the order of its own list, on one set of caches. */
export function startControllers(options: ControllersOptions): Controller {
  const informers = createInformers(options.api);
  const context: ControllerContext = { ...options, epochMs: options.epochMs ?? DEFAULT_EPOCH_MS, informers };
  const controllers = [
    startEndpointSliceController(context),
    startServiceAccountsController(context),
    startDeploymentController(context),
    startReplicaSetController(context),
    startNodeIpamController(context, options.nodeIpam),
    startNamespaceController(context),
    startRootCaPublisher(context, options.rootCA ?? ''),
  ];
  return {
    stop() {
      for (const controller of controllers) controller.stop();
      informers.stop();
    },
  };
}
