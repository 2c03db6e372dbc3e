import type { Messages } from '../define-messages.ts';
import { home } from './home.ts';
import { lab } from './lab.ts';
import { site } from './site.ts';
import { traceflow } from './traceflow.ts';

/** Every area. For the command line and tests; a page imports only the areas it needs. */
export const AREAS: Readonly<Record<string, Messages>> = { home, lab, site, traceflow };
