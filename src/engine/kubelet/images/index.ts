export type { Image, ImageTable } from './image.ts';
export { createImageTable } from './table.ts';
