export { podTemplateHash } from './deployment/revisions.ts';
export { reconcileSlices } from './endpointslice/reconcile-slices.ts';
export type { Controller } from './shared/context.ts';
export { type ControllersOptions, startControllers } from './start-controllers.ts';
