import { commaList, type Generator, made, refused } from './generator.ts';

/** Models pkg/cmd/create/create_deployment.go (kubectl v1.36). */
export const deploymentGenerator: Generator = {
  name: 'deployment',
  aliases: ['deploy'],
  resource: 'deployments',
  required: ['image'],
  usage: 'deployment NAME --image=IMAGE [-- COMMAND…]',
  summary: 'Create a Deployment',
  flags: [
    { name: 'image', value: 'IMAGE', help: 'Image of the container; may be repeated' },
    { name: 'replicas', short: 'r', value: 'N', type: 'int', help: 'How many pods' },
    { name: 'port', value: 'PORT', type: 'int', help: 'Port of the container' },
  ],
  examples: [
    'kubectl create deployment hello --image=gcr.io/google-samples/hello-app:1.0 --replicas=3 --port=8080',
  ],
  generate(context, name, command) {
    const images = commaList(context, 'image');
    if (images.length > 1 && command.length > 0)
      return refused('cannot specify multiple --image options and command');
    const port = context.flags.number('port');
    const replicas = context.flags.number('replicas') ?? 1;
    const labels = { app: name };
    const containers = images.map((image) => ({
      ...(command.length > 0 && { command }),
      image,
      name: imageName(image),
      ...(port !== undefined && port >= 0 && { ports: [{ containerPort: port }] }),
      resources: {},
    }));
    return made({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        strategy: {},
        template: { metadata: { labels }, spec: { containers } },
      },
      status: {},
    });
  },
};

/** `gcr.io/google-samples/hello-app:1.0` -> `hello-app`. */
function imageName(image: string): string {
  const last = image.split('/').at(-1)!.split('@')[0]!.split(':')[0]!;
  return last.replace(/[^a-zA-Z0-9-]/g, '-').toLowerCase() || 'container';
}
