import { NO_RESOURCES } from '../find-objects.ts';
import type { KubectlCommand } from '../kubectl-command.ts';
import { changeContainers, SET_FLAGS } from './pod-templates.ts';

/** Models pkg/cmd/set/set_image.go (kubectl v1.36). */
export const setImageCommand: KubectlCommand = {
  name: 'image',
  usage: 'set image (-f FILE | TYPE NAME) CONTAINER=IMAGE…',
  summary: 'Set the image of containers',
  arguments: ['resource', 'name'],
  flags: SET_FLAGS,
  examples: [
    'kubectl set image deploy/hello hello=gcr.io/google-samples/hello-app:2.0',
    "kubectl set image deploy/hello '*=gcr.io/google-samples/hello-app:2.0'",
  ],
  run(context) {
    const { args, flags } = context;
    const pairs = args.filter((word) => word.includes('='));
    const resources = args.filter((word) => !word.includes('='));
    if (resources.length === 0 && flags.list('filename').length === 0) {
      context.err(NO_RESOURCES);
      return 1;
    }
    const problems: string[] = [];
    if (flags.has('all') && flags.text('selector'))
      problems.push('cannot set --all and --selector at the same time');
    const images = new Map<string, string>();
    for (const pair of pairs) {
      const equals = pair.indexOf('=');
      if (equals === pair.length - 1) return context.fail(`invalid image format: ${pair}`);
      images.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    if (images.size === 0) problems.push('at least one image update is required');
    else if (images.size > 1 && images.has('*'))
      problems.push(
        'all containers are already specified by *, but saw more than one container_name=container_image pairs',
      );
    if (problems.length > 0) return context.failAll(problems);
    const options = { verb: 'image updated', failing: 'failed to patch image update to pod template:' };
    return changeContainers(context, resources, options, (spec) => {
      const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
      return {
        change(container) {
          const image = images.get(container.name) ?? images.get('*');
          return image === undefined || image === container.image ? undefined : { image };
        },
        problems: Array.from(images.keys())
          .filter((name) => name !== '*' && !names.includes(name))
          .map((name) => `error: unable to find container named "${name}"`),
      };
    });
  },
};
