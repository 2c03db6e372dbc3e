export type { Image, ImageTable, PullResult } from './image.ts';
export { KNOWN_IMAGES } from './known-images.ts';
export { type ImageReference, parseImageReference } from './reference.ts';
export { createImageTable } from './table.ts';
