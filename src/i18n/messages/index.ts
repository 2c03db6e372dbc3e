import type { Messages } from '../define-messages.ts';
import { site, traceflow } from './site.ts';
import { traceflow } from './traceflow.ts';

/** Every area. For the command line and tests; a page imports only the areas it needs. */
export const AREAS: Readonly<Record<string, Messages>> = { site, traceflow };
