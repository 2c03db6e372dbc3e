import { readKeyPair, readPem } from '../../../../engine/index.ts';
import { base64 } from '../../../text/base64.ts';
import { goJson } from '../../../text/go-json.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import { ENTRY_FLAGS, readEntries } from './entries.ts';
import { type Generated, type Generator, made, refused } from './generator.ts';

/** Models pkg/cmd/create/create_configmap.go (kubectl v1.36). */
export const configMapGenerator: Generator = {
  name: 'configmap',
  aliases: ['cm'],
  resource: 'configmaps',
  usage: 'configmap NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]FILE]',
  summary: 'Create a ConfigMap',
  flags: ENTRY_FLAGS,
  examples: ['kubectl create configmap web --from-literal=color=blue'],
  generate(context, name) {
    const data = readEntries(context, 'ConfigMap', name);
    if (typeof data === 'string') return refused(data);
    return made({
      apiVersion: 'v1',
      ...(Object.keys(data).length > 0 && { data }),
      kind: 'ConfigMap',
      metadata: { name },
    });
  },
};

/** Models pkg/cmd/create/create_secret*.go (kubectl v1.36). */
export const secretGenerator: Generator = {
  name: 'secret',
  resource: 'secrets',
  usage: 'secret TYPE NAME',
  summary: 'Create a Secret of a type',
  flags: [],
  examples: ['kubectl create secret tls hello-tls --cert=tls.crt --key=tls.key'],
  subgenerators: [
    {
      name: 'docker-registry',
      resource: 'secrets',
      failing: 'secret',
      usage:
        'secret docker-registry NAME --docker-username=USER --docker-password=PASSWORD [--docker-server=HOST]',
      summary: 'Create a Secret for an image registry',
      flags: [
        { name: 'docker-username', value: 'USER', help: 'Name at the registry' },
        { name: 'docker-password', value: 'PASSWORD', help: 'Password at the registry' },
        { name: 'docker-email', value: 'EMAIL', help: 'Address at the registry' },
        { name: 'docker-server', value: 'HOST', help: 'The registry (default Docker Hub)' },
        { name: 'from-file', value: '[KEY=]FILE', help: 'A file with the configuration' },
      ],
      examples: ['kubectl create secret docker-registry hub --docker-username=me --docker-password=x'],
      generate: dockerRegistry,
    },
    {
      name: 'generic',
      resource: 'secrets',
      failing: 'secret',
      usage: 'secret generic NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]FILE]',
      summary: 'Create a Secret of one’s own entries',
      flags: [...ENTRY_FLAGS, { name: 'type', value: 'TYPE', help: 'Type of the Secret' }],
      examples: ['kubectl create secret generic db --from-literal=password=x'],
      generate(context, name) {
        const data = readEntries(context, 'Secret', name);
        return typeof data === 'string'
          ? refused(data)
          : secretOf(name, context.flags.text('type') ?? '', data);
      },
    },
    {
      name: 'tls',
      resource: 'secrets',
      failing: 'secret',
      usage: 'secret tls NAME --cert=FILE --key=FILE',
      summary: 'Create a Secret of a certificate and its key',
      flags: [
        { name: 'cert', value: 'FILE', help: 'The certificate, in PEM' },
        { name: 'key', value: 'FILE', help: 'Its key, in PEM' },
      ],
      examples: ['kubectl create secret tls hello-tls --cert=tls.crt --key=tls.key'],
      generate(context, name) {
        const [cert, key] = [context.flags.text('cert'), context.flags.text('key')];
        if (!cert || !key) return refused('key and cert must be specified');
        const [certText, keyText] = [context.process.files.read(cert), context.process.files.read(key)];
        for (const [path, text] of [
          [cert, certText],
          [key, keyText],
        ])
          if (text === undefined)
            return refused(`Cannot read file ${path}, open ${path}: no such file or directory`);
        const pair = readKeyPair(readPem(certText!), readPem(keyText!));
        return pair.ok
          ? secretOf(name, 'kubernetes.io/tls', { 'tls.crt': certText!, 'tls.key': keyText! })
          : refused(pair.message);
      },
    },
  ],
};

function secretOf(name: string, type: string, entries: Readonly<Record<string, string>>): Generated {
  const data = Object.fromEntries(
    Object.entries(entries)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, base64(value)]),
  );
  return made({
    apiVersion: 'v1',
    ...(Object.keys(data).length > 0 && { data }),
    kind: 'Secret',
    metadata: { name },
    ...(type !== '' && { type }),
  });
}

function dockerRegistry(context: KubectlContext, name: string): Generated {
  const { flags } = context;
  const type = 'kubernetes.io/dockerconfigjson';
  if (flags.has('from-file')) {
    const data = readEntries(context, 'Secret', name);
    return typeof data === 'string' ? refused(data) : secretOf(name, type, data);
  }
  const [username, password] = [flags.text('docker-username'), flags.text('docker-password')];
  if (!username || !password)
    return refused(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    );
  const server = flags.text('docker-server') ?? 'https://index.docker.io/v1/';
  const email = flags.text('docker-email');
  const auth = base64(`${username}:${password}`);
  // Go writes a struct's fields in their order, not sorted.
  const account = [
    `"username":${goJson(username, 0)}`,
    `"password":${goJson(password, 0)}`,
    ...(email ? [`"email":${goJson(email, 0)}`] : []),
    `"auth":${goJson(auth, 0)}`,
  ];
  return secretOf(name, type, {
    '.dockerconfigjson': `{"auths":{${goJson(server, 0)}:{${account.join(',')}}}}`,
  });
}
