export { type ClusterMap, createMap } from './map.ts';
export type { Place } from './place.ts';
export type { Layer } from './scene.ts';
export { shortNames } from './short-names.ts';
