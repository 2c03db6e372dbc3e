export { explain, type Owner, type Owners } from './explain.ts';
export type { Observation, Station } from './observation.ts';
export { stations } from './stations.ts';
