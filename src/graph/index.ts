export type { Place } from './place.ts';
export { ellipsis, shortNames } from './short-names.ts';
