import type { Flag } from '../../../process.ts';
import type { Generator } from './generator.ts';

const value = (name: string): Flag => ({ name, value: name.toUpperCase(), help: 'Not simulated' });

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  cronjob: ['cj'],
  poddisruptionbudget: ['pdb'],
  priorityclass: ['pc'],
  quota: ['resourcequota'],
};

function unserved(
  name: string,
  failing: string,
  flags: readonly string[],
  required: readonly string[] = [],
): Generator {
  return {
    name,
    ...(ALIASES[name] && { aliases: ALIASES[name] }),
    resource: `${name}s`,
    failing,
    ...(required.length > 0 && { required }),
    usage: `${name} NAME [flags]`,
    summary: 'Not served by this cluster',
    flags: flags.map(value),
    examples: [],
  };
}

/** Kinds that kubectl can make and this cluster's API server does not serve: it says so itself. */
export const UNSERVED_GENERATORS: readonly Generator[] = [
  unserved(
    'clusterrole',
    '',
    ['verb', 'resource', 'resource-name', 'non-resource-url', 'aggregation-rule'],
    ['verb'],
  ),
  unserved(
    'clusterrolebinding',
    'clusterrolebinding:',
    ['clusterrole', 'user', 'group', 'serviceaccount'],
    ['clusterrole'],
  ),
  unserved('cronjob', 'cronjob:', ['image', 'schedule', 'restart'], ['image', 'schedule']),
  unserved('poddisruptionbudget', 'poddisruptionbudgets:', ['selector', 'min-available', 'max-unavailable']),
  unserved('priorityclass', 'priorityclass:', [
    'value',
    'description',
    'global-default',
    'preemption-policy',
  ]),
  unserved('quota', 'quota:', ['hard', 'scopes']),
  unserved('role', '', ['verb', 'resource', 'resource-name'], ['verb']),
  unserved('rolebinding', 'rolebinding:', ['role', 'clusterrole', 'user', 'group', 'serviceaccount']),
  unserved('token', 'token:', ['duration', 'audience', 'bound-object-kind', 'bound-object-name']),
];
