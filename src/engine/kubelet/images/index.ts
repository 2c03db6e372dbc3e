export { createImageTable } from './table.ts';
