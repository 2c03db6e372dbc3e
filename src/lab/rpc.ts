import type { ClusterOptions } from '../engine/index.ts';
import type { Goal } from './check.ts';
import type { LabFile, LabSession } from './protocol.ts';

/** What a worker needs to know of the lab that it is to run. */
export interface LabSetup {
  readonly cluster?: ClusterOptions;
  readonly locale: 'es' | 'en';
  readonly goals: readonly Goal[];
  readonly setup: readonly LabFile[];
}

type Method = Exclude<keyof LabSession, 'interrupt'>;
export type LabMethod = 'open' | Method;

/** To the worker. `write` arguments stay behind: what is printed comes as `print` messages of the same call. */
export type LabRequest =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: LabMethod;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'interrupt' };

/** From the worker. */
export type LabReply =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'print'; readonly id: number; readonly text: string };
