import type { Messages } from '../define-messages.ts';
import { graph } from './graph.ts';
import { home } from './home.ts';
import { kubelet } from './kubelet.ts';
import { lab } from './lab.ts';
import { shell } from './shell.ts';
import { site } from './site.ts';
import { traceflow } from './traceflow.ts';
import { trip } from './trip.ts';

/** Every area. For the command line and tests; a page imports only the areas it needs. */
export const AREAS: Readonly<Record<string, Messages>> = {
  graph,
  home,
  kubelet,
  lab,
  shell,
  site,
  traceflow,
  trip,
};
