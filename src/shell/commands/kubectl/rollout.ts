import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { history } from './rollout/history.ts';
import { rolloutStatus } from './rollout/status.ts';
import { restart, setPaused } from './rollout/steer.ts';
import { undo } from './rollout/undo.ts';

const common = [FLAG.filename, FLAG.recursive, FLAG.selector] as const;

/** Models pkg/cmd/rollout (kubectl v1.36). */
export const rolloutCommand: KubectlCommand = {
  name: 'rollout',
  usage: 'rollout SUBCOMMAND',
  summary: 'Watch and steer the rollout of a workload',
  flags: [],
  examples: [
    'kubectl rollout status deploy/hello',
    'kubectl rollout restart deploy/hello',
    'kubectl rollout history deploy/hello',
    'kubectl rollout undo deploy/hello',
  ],
  subcommands: [
    {
      name: 'status',
      usage: 'rollout status (TYPE NAME | TYPE/NAME) [flags]',
      summary: 'Wait until the rollout is over',
      arguments: ['resource', 'name'],
      flags: [
        ...common,
        {
          name: 'watch',
          short: 'w',
          value: 'BOOL',
          type: 'bool',
          alone: 'true',
          help: 'Wait (default true)',
        },
        { name: 'timeout', value: 'DURATION', type: 'duration', help: 'How long to wait' },
      ],
      examples: ['kubectl rollout status deploy/hello'],
      run: (context) => each(context, rolloutStatus),
    },
    {
      name: 'restart',
      usage: 'rollout restart (TYPE NAME | TYPE/NAME)',
      summary: 'Replace all pods, one after another',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout restart deploy/hello'],
      run: (context) => each(context, restart),
    },
    {
      name: 'history',
      usage: 'rollout history (TYPE NAME | TYPE/NAME)',
      summary: 'List the revisions',
      arguments: ['resource', 'name'],
      flags: [
        ...common,
        FLAG.output,
        { name: 'revision', value: 'N', type: 'int', help: 'The details of this one' },
      ],
      examples: ['kubectl rollout history deploy/hello', 'kubectl rollout history deploy/hello --revision=2'],
      run: (context) => each(context, history),
    },
    {
      name: 'undo',
      usage: 'rollout undo (TYPE NAME | TYPE/NAME) [--to-revision=N]',
      summary: 'Go back to an earlier revision',
      arguments: ['resource', 'name'],
      flags: [
        ...common,
        FLAG.dryRun,
        FLAG.output,
        { name: 'to-revision', value: 'N', type: 'int', help: 'Which (default: the one before)' },
      ],
      examples: ['kubectl rollout undo deploy/hello'],
      run: (context) => each(context, undo),
    },
    {
      name: 'pause',
      usage: 'rollout pause (TYPE NAME | TYPE/NAME)',
      summary: 'Let changes wait',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout pause deploy/hello'],
      run: (context) => each(context, (one, found) => setPaused(one, found, true)),
    },
    {
      name: 'resume',
      usage: 'rollout resume (TYPE NAME | TYPE/NAME)',
      summary: 'Let changes go on',
      arguments: ['resource', 'name'],
      flags: [...common],
      examples: ['kubectl rollout resume deploy/hello'],
      run: (context) => each(context, (one, found) => setPaused(one, found, false)),
    },
  ],
};

async function each(
  context: KubectlContext,
  work: (context: KubectlContext, found: Found) => number | Promise<number>,
): Promise<number> {
  if (context.args.length === 0 && context.flags.list('filename').length === 0)
    return context.fail('required resource not specified');
  const result = await findObjects(context, { typeMeansAll: true });
  if (result.usage) {
    context.err(result.usage);
    return 1;
  }
  if (result.found.length === 0 && result.errors.length === 0)
    context.err(`No resources found in ${context.namespace} namespace.`);
  let status = result.errors.length > 0 ? 1 : 0;
  for (const found of result.found) status = (await work(context, found)) || status;
  for (const line of result.errors) context.err(line);
  return status;
}
