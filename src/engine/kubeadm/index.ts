export { type AddonOptions, addons } from './addons.ts';
export { controlPlanePods } from './control-plane.ts';
export { createPki } from './pki.ts';
