import type { ClusterOptions } from '../engine/index.ts';
import type { Goal } from './check.ts';
import type { LabFile } from './protocol.ts';

/** What the page hands to `<hop-lab>`, as a block of JSON inside it. Words are in the markup, not here. */
export interface LabDefinition {
  readonly name: string;
  readonly locale: 'es' | 'en';
  readonly cluster?: ClusterOptions;
  readonly goals: readonly Goal[];
  readonly files: readonly LabFile[];
  readonly setup: readonly LabFile[];
  readonly commands: readonly (readonly string[])[];
}
