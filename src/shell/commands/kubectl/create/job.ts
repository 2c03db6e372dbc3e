import { type Generator, made, refused } from './generator.ts';

/** Models pkg/cmd/create/create_job.go (kubectl v1.36). */
export const jobGenerator: Generator = {
  name: 'job',
  resource: 'jobs',
  usage: 'job NAME --image=IMAGE [-- COMMAND…]',
  summary: 'Create a Job',
  flags: [
    { name: 'image', value: 'IMAGE', help: 'Image of the container' },
    { name: 'from', value: 'cronjob/NAME', help: 'The CronJob to run now' },
  ],
  examples: ['kubectl create job ping --image=busybox -- ping -c 1 hello'],
  generate(context, name, command) {
    const [image, from] = [context.flags.text('image'), context.flags.text('from')];
    if (Boolean(image) === Boolean(from)) return refused('either --image or --from must be specified');
    if (from) return refused(`the server doesn't have a resource type "${from.split('/')[0]}"`);
    return made({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        template: {
          metadata: {},
          spec: {
            containers: [{ ...(command.length > 0 && { command }), image, name, resources: {} }],
            restartPolicy: 'Never',
          },
        },
      },
      status: {},
    });
  },
};
