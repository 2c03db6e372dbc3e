export type { Observation, Station } from './observation.ts';
