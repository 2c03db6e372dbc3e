import { parseQuantity } from '../../../../engine/index.ts';
import type { KubectlCommand } from '../kubectl-command.ts';
import { CONTAINERS_FLAG, changeContainers, namePattern, SET_FLAGS } from './pod-templates.ts';

/** Models pkg/cmd/set/set_resources.go (kubectl v1.36). */
export const setResourcesCommand: KubectlCommand = {
  name: 'resources',
  usage: 'set resources (-f FILE | TYPE NAME) [--limits=LIMITS] [--requests=REQUESTS]',
  summary: 'Set what containers ask for, and may use at most',
  arguments: ['resource', 'name'],
  flags: [
    ...SET_FLAGS,
    CONTAINERS_FLAG,
    { name: 'limits', value: 'cpu=200m,memory=64Mi', help: 'At most so much' },
    { name: 'requests', value: 'cpu=100m,memory=32Mi', help: 'So much is set aside' },
  ],
  examples: ['kubectl set resources deploy hello --limits=cpu=200m,memory=64Mi --requests=cpu=50m'],
  run(context) {
    const { flags, args } = context;
    if (flags.has('all') && flags.text('selector'))
      return context.fail('cannot set --all and --selector at the same time');
    const [limits, requests] = [readQuantities(flags.text('limits')), readQuantities(flags.text('requests'))];
    if (!flags.text('limits') && !flags.text('requests'))
      return context.fail(
        'you must specify an update to requests or limits (in the form of --requests/--limits)',
      );
    for (const one of [limits, requests]) if (typeof one === 'string') return context.fail(one);
    const pattern = flags.text('containers') ?? '*';
    const meant = namePattern(pattern);
    const options = {
      verb: 'resource requirements updated',
      failing: 'failed to patch resources update to pod template',
    };
    return changeContainers(context, args, options, (spec) => {
      const found = [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => meant.test(name));
      return {
        change: ({ name, resources }) =>
          meant.test(name)
            ? {
                resources: {
                  ...(Object.keys(limits).length > 0 && {
                    limits: { ...resources?.limits, ...(limits as object) },
                  }),
                  ...(Object.keys(requests).length > 0 && {
                    requests: { ...resources?.requests, ...(requests as object) },
                  }),
                },
              }
            : undefined,
        problems: found ? [] : [`error: unable to find container named ${pattern}`],
      };
    });
  },
};

/** `cpu=200m,memory=64Mi`, or what is wrong with it. */
function readQuantities(text: string | undefined): Readonly<Record<string, string>> | string {
  const quantities: Record<string, string> = {};
  for (const part of text ? text.split(',') : []) {
    const [name = '', value, more] = part.split('=');
    if (value === undefined || more !== undefined)
      return `Invalid argument syntax ${part}, expected <resource>=<value>`;
    const parsed = parseQuantity(value);
    if (!parsed.ok) return parsed.message;
    quantities[name] = value;
  }
  return quantities;
}
