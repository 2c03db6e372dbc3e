export { apiServerImage } from './control-plane-images.ts';
export { createImageTable } from './table.ts';
