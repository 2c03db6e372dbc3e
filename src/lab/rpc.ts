import type { ClusterOptions } from '../engine/index.ts';
import type { Goal } from './check.ts';
import type { LabFile, LabSession, TerminalName } from './protocol.ts';

/** What a worker needs to know of the lab that it is to run. */
export interface LabSetup {
  readonly cluster?: ClusterOptions;
  readonly locale: 'es' | 'en';
  readonly goals: readonly Goal[];
  readonly setup: readonly LabFile[];
}

type Method = Exclude<keyof LabSession, 'interrupt'>;
export type LabMethod = 'open' | Method;

/** To the worker. What is printed, or opened in the editor, comes as messages of the same call. */
export type LabRequest =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: LabMethod;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'interrupt'; readonly terminal: TerminalName }
  /** So many characters of the call's output are on the screen. */
  | { readonly kind: 'printed'; readonly id: number; readonly length: number }
  /** The text that the call opened in the editor; without one, the learner gave up. */
  | { readonly kind: 'edited'; readonly id: number; readonly text?: string };

/** From the worker. */
export type LabReply =
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'print'; readonly id: number; readonly text: string }
  | { readonly kind: 'edit'; readonly id: number; readonly name: string; readonly text: string };
