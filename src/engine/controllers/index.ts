export { reconcileSlices } from './endpointslice/reconcile-slices.ts';
export type { LoadBalancer } from './servicelb/service-controller.ts';
export { startControllers } from './start-controllers.ts';
