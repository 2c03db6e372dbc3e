import { type IntOrString, type KubernetesObject, readKeyPair, readPem } from '../../../engine/index.ts';
import type { Flag } from '../../process.ts';
import type { Generated, Generator } from './create.ts';
import type { KubectlContext } from './kubectl-command.ts';

const ok = (object: unknown): Generated => ({ ok: true, object: object as KubernetesObject });
const wrong = (message: string): Generated => ({ ok: false, message });

const IMAGE: Flag = { name: 'image', value: 'IMAGE', help: 'Image of the container' };
const TCP: Flag = { name: 'tcp', value: 'PORT:TARGET', help: 'Ports of the Service' };
const LITERAL: Flag = { name: 'from-literal', value: 'KEY=VALUE', help: 'One entry' };
const FROM_FILE: Flag = { name: 'from-file', value: '[KEY=]FILE', help: 'A file as one entry' };

const namespace: Generator = {
  name: 'namespace',
  aliases: ['ns'],
  resource: 'namespaces',
  usage: 'namespace NAME',
  summary: 'Create a namespace',
  flags: [],
  examples: ['kubectl create namespace hello-namespace'],
  generate: (_, name) =>
    ok({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }),
};

const deployment: Generator = {
  name: 'deployment',
  aliases: ['deploy'],
  resource: 'deployments',
  usage: 'deployment NAME --image=IMAGE [-- COMMAND…]',
  summary: 'Create a Deployment',
  flags: [
    IMAGE,
    { name: 'replicas', short: 'r', value: 'N', type: 'int', help: 'How many pods' },
    { name: 'port', value: 'PORT', type: 'int', help: 'Port of the container' },
  ],
  examples: [
    'kubectl create deployment hello --image=gcr.io/google-samples/hello-app:1.0 --replicas=3 --port=8080',
  ],
  generate(context, name) {
    const images = context.flags.list('image').flatMap((one) => one.split(','));
    if (images.length === 0) return wrong('required flag(s) "image" not set');
    const port = context.flags.number('port');
    const containers = images.map((image) => ({
      image,
      name: images.length === 1 ? imageName(image) : `${imageName(image)}`,
      ...(port !== undefined && port >= 0 && { ports: [{ containerPort: port }] }),
      resources: {},
    }));
    const labels = { app: name };
    const replicas = context.flags.number('replicas') ?? 1;
    return ok({
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
export function imageName(image: string): string {
  const last = image.split('/').at(-1)!.split('@')[0]!.split(':')[0]!;
  return last.replace(/[^a-zA-Z0-9-]/g, '-').toLowerCase() || 'container';
}

function servicePorts(context: KubectlContext): readonly unknown[] | string {
  const ports: unknown[] = [];
  for (const text of context.flags.list('tcp').flatMap((one) => one.split(','))) {
    const [port, target] = text.split(':');
    if (!/^\d+$/.test(port ?? '')) return `strconv.Atoi: parsing "${port}": invalid syntax`;
    const targetPort: IntOrString =
      target === undefined ? Number(port) : /^\d+$/.test(target) ? Number(target) : target;
    ports.push({
      name: target === undefined ? port : `${port}-${target}`,
      port: Number(port),
      protocol: 'TCP',
      targetPort,
    });
  }
  return ports;
}

function service(type: 'ClusterIP' | 'NodePort' | 'LoadBalancer', flags: readonly Flag[]): Generator {
  return {
    name: type.toLowerCase(),
    resource: 'services',
    usage: `service ${type.toLowerCase()} NAME --tcp=PORT:TARGET`,
    summary: `Create a Service of type ${type}`,
    flags: [TCP, ...flags],
    examples: [`kubectl create service ${type.toLowerCase()} hello --tcp=80:8080`],
    generate(context, name) {
      const ports = servicePorts(context);
      if (typeof ports === 'string') return wrong(ports);
      const clusterIP = context.flags.text('clusterip');
      if (ports.length === 0 && clusterIP !== 'None')
        return wrong('at least one tcp port specifier must be provided');
      const nodePort = context.flags.number('node-port');
      const withNodePort = nodePort ? ports.map((port) => ({ ...(port as object), nodePort })) : ports;
      return ok({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, labels: { app: name } },
        spec: { ...(clusterIP && { clusterIP }), ports: withNodePort, selector: { app: name }, type },
        status: { loadBalancer: {} },
      });
    },
  };
}

const externalName: Generator = {
  name: 'externalname',
  resource: 'services',
  usage: 'service externalname NAME --external-name=HOST',
  summary: 'Create a Service of type ExternalName',
  flags: [{ name: 'external-name', value: 'HOST', help: 'The name that it stands for' }, TCP],
  examples: ['kubectl create service externalname db --external-name=db.example.com'],
  generate(context, name) {
    const host = context.flags.text('external-name');
    if (!host) return wrong('required flag(s) "external-name" not set');
    return ok({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels: { app: name } },
      spec: { externalName: host, selector: { app: name }, type: 'ExternalName' },
      status: { loadBalancer: {} },
    });
  },
};

const services: Generator = {
  name: 'service',
  aliases: ['svc'],
  resource: 'services',
  usage: 'service TYPE NAME',
  summary: 'Create a Service of a type',
  flags: [],
  examples: ['kubectl create service clusterip hello --tcp=80:8080'],
  subgenerators: [
    service('ClusterIP', [{ name: 'clusterip', value: 'IP', help: 'The address, or None' }]),
    service('NodePort', [{ name: 'node-port', value: 'PORT', type: 'int', help: 'The port on every node' }]),
    service('LoadBalancer', []),
    externalName,
  ],
};

/** The entries of --from-literal and --from-file, or what is wrong. */
function entries(context: KubectlContext): Readonly<Record<string, string>> | string {
  const data: [string, string][] = [];
  for (const text of context.flags.list('from-literal')) {
    const equals = text.indexOf('=');
    if (equals <= 0) return `invalid literal source ${text}, expected key=value`;
    data.push([text.slice(0, equals), text.slice(equals + 1)]);
  }
  for (const text of context.flags.list('from-file')) {
    const [key, path] = text.includes('=')
      ? [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]
      : [text.split('/').at(-1)!, text];
    const content = context.process.files.read(path);
    if (content === undefined) return `error reading ${path}: no such file or directory`;
    data.push([key, content]);
  }
  return Object.fromEntries(data);
}

const configMap: Generator = {
  name: 'configmap',
  aliases: ['cm'],
  resource: 'configmaps',
  usage: 'configmap NAME [--from-literal=KEY=VALUE] [--from-file=[KEY=]FILE]',
  summary: 'Create a ConfigMap',
  flags: [LITERAL, FROM_FILE],
  examples: ['kubectl create configmap web --from-literal=color=blue'],
  generate(context, name) {
    const data = entries(context);
    return typeof data === 'string'
      ? wrong(data)
      : ok({
          apiVersion: 'v1',
          ...(Object.keys(data).length > 0 && { data }),
          kind: 'ConfigMap',
          metadata: { name },
        });
  },
};

function secret(
  name: string,
  type: string,
  more: Pick<Generator, 'usage' | 'flags' | 'examples'>,
  data: (context: KubectlContext) => Readonly<Record<string, string>> | string,
): Generator {
  return {
    ...more,
    name,
    resource: 'secrets',
    summary: `Create a Secret of type ${type}`,
    generate(context, secretName) {
      const found = data(context);
      if (typeof found === 'string') return wrong(found);
      const encoded = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, base64(value)]));
      return ok({
        apiVersion: 'v1',
        ...(Object.keys(encoded).length > 0 && { data: encoded }),
        kind: 'Secret',
        metadata: { name: secretName },
        ...(type !== 'Opaque' && { type }),
      });
    },
  };
}

export function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}

const secrets: Generator = {
  name: 'secret',
  resource: 'secrets',
  usage: 'secret TYPE NAME',
  summary: 'Create a Secret of a type',
  flags: [],
  examples: ['kubectl create secret tls hello-tls --cert=tls.crt --key=tls.key'],
  subgenerators: [
    secret(
      'generic',
      'Opaque',
      {
        usage: 'secret generic NAME',
        flags: [LITERAL, FROM_FILE],
        examples: ['kubectl create secret generic db --from-literal=password=x'],
      },
      entries,
    ),
    secret(
      'tls',
      'kubernetes.io/tls',
      {
        usage: 'secret tls NAME --cert=FILE --key=FILE',
        flags: [
          { name: 'cert', value: 'FILE', help: 'The certificate, in PEM' },
          { name: 'key', value: 'FILE', help: 'Its key, in PEM' },
        ],
        examples: ['kubectl create secret tls hello-tls --cert=tls.crt --key=tls.key'],
      },
      (context) => {
        const [cert, key] = [context.flags.text('cert'), context.flags.text('key')];
        if (!cert) return 'certificate must be specified';
        if (!key) return 'key must be specified';
        const [certText, keyText] = [context.process.files.read(cert), context.process.files.read(key)];
        if (certText === undefined) return `open ${cert}: no such file or directory`;
        if (keyText === undefined) return `open ${key}: no such file or directory`;
        const pair = readKeyPair(readPem(certText), readPem(keyText));
        return pair.ok ? { 'tls.crt': certText, 'tls.key': keyText } : pair.message;
      },
    ),
  ],
};

const serviceAccount: Generator = {
  name: 'serviceaccount',
  aliases: ['sa'],
  resource: 'serviceaccounts',
  usage: 'serviceaccount NAME',
  summary: 'Create a ServiceAccount',
  flags: [],
  examples: ['kubectl create serviceaccount robot'],
  generate: (_, name) => ok({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
};

const ingress: Generator = {
  name: 'ingress',
  aliases: ['ing'],
  resource: 'ingresses',
  usage: 'ingress NAME --rule=HOST/PATH=SERVICE:PORT[,tls[=SECRET]]',
  summary: 'Create an Ingress',
  flags: [
    { name: 'rule', value: 'HOST/PATH=SERVICE:PORT', help: 'A rule; a path that ends with * is a prefix' },
    { name: 'class', value: 'NAME', help: 'The IngressClass' },
    { name: 'default-backend', value: 'SERVICE:PORT', help: 'Where everything else goes' },
    { name: 'annotation', value: 'KEY=VALUE', help: 'An annotation' },
  ],
  examples: ["kubectl create ingress web --class=nginx --rule='hello.example.com/*=hello:80'"],
  generate(context, name) {
    const { flags } = context;
    if (flags.list('rule').length === 0 && !flags.text('default-backend'))
      return wrong(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    const backend = (text: string) => {
      const [service = '', port = ''] = text.split(':');
      return {
        service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
      };
    };
    const hosts = new Map<string, unknown[]>();
    const tls: unknown[] = [];
    for (const rule of flags.list('rule')) {
      const match = /^([^/]*)(\/[^=]*)=([^,]+)(?:,tls(?:=(.*))?)?$/.exec(rule);
      if (!match)
        return wrong(
          `rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
        );
      const [, host = '', path = '/', target = '', secretName] = match;
      const prefix = path.endsWith('*');
      const entry = {
        backend: backend(target),
        path: prefix ? path.slice(0, -1) : path,
        pathType: prefix ? 'Prefix' : 'Exact',
      };
      hosts.set(host, [...(hosts.get(host) ?? []), entry]);
      if (rule.includes(',tls'))
        tls.push({ ...(host && { hosts: [host] }), ...(secretName && { secretName }) });
    }
    const annotations = Object.fromEntries(
      flags
        .list('annotation')
        .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    );
    const fallback = flags.text('default-backend');
    return ok({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, ...(Object.keys(annotations).length > 0 && { annotations }) },
      spec: {
        ...(fallback && { defaultBackend: backend(fallback) }),
        ...(flags.text('class') && { ingressClassName: flags.text('class') }),
        ...(hosts.size > 0 && {
          rules: Array.from(hosts, ([host, paths]) => ({ ...(host && { host }), http: { paths } })),
        }),
        ...(tls.length > 0 && { tls }),
      },
      status: { loadBalancer: {} },
    });
  },
};

const job: Generator = {
  name: 'job',
  resource: 'jobs',
  usage: 'job NAME --image=IMAGE [-- COMMAND…]',
  summary: 'Create a Job',
  flags: [IMAGE],
  examples: ['kubectl create job ping --image=busybox -- ping -c 1 hello'],
  generate(context, name) {
    const image = context.flags.text('image');
    if (!image) return wrong('either --image or --from must be specified');
    return ok({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: {
        template: {
          metadata: {},
          spec: { containers: [{ image, name, resources: {} }], restartPolicy: 'Never' },
        },
      },
      status: {},
    });
  },
};

/** `kubectl create KIND`. */
export const GENERATORS: readonly Generator[] = [
  configMap,
  deployment,
  ingress,
  job,
  namespace,
  secrets,
  services,
  serviceAccount,
];
