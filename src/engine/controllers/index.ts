export { reconcileSlices } from './endpointslice/reconcile-slices.ts';
export type { LoadBalancer, LoadBalancerProvider } from './servicelb/service-controller.ts';
export type { Controller } from './shared/context.ts';
export { type ControllersOptions, startControllers } from './start-controllers.ts';
