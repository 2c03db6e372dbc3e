import type { ContainerPort, KubernetesObject, PodSpec } from '../../../engine/index.ts';
import { createGenerated } from './create.ts';
import { findObjects, NO_RESOURCES } from './find-objects.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';
import { findResource, printedType } from './resource-arguments.ts';

/** Models pkg/cmd/expose (kubectl v1.36): a Service for a workload, a pod, or another Service. */
export const exposeCommand: KubectlCommand = {
  name: 'expose',
  usage: 'expose (-f FILE | TYPE NAME) [--port=PORT] [--target-port=PORT] [--type=TYPE] [--name=NAME]',
  summary: 'Make a Service for what is there',
  arguments: ['resource', 'name'],
  flags: [
    { name: 'port', value: 'PORT', help: 'Port of the Service' },
    { name: 'target-port', value: 'PORT', help: 'Port of the containers' },
    { name: 'type', value: 'TYPE', help: 'ClusterIP, NodePort, LoadBalancer or ExternalName' },
    { name: 'name', value: 'NAME', help: 'Name of the Service' },
    { name: 'protocol', value: 'PROTOCOL', help: 'TCP, UDP or SCTP' },
    { name: 'cluster-ip', value: 'IP', help: 'The address, or None' },
    { name: 'external-ip', value: 'IP', help: 'One more address' },
    { name: 'load-balancer-ip', value: 'IP', help: 'The address that a balancer should have' },
    { name: 'session-affinity', value: 'None|ClientIP', help: 'Session affinity' },
    { name: 'labels', short: 'l', value: 'LABELS', help: 'Labels of the Service' },
    { name: 'selector', value: 'SELECTOR', help: 'Another selector' },
    FLAG.filename,
    FLAG.dryRun,
    FLAG.output,
  ],
  examples: [
    'kubectl expose deploy hello --port=80 --target-port=8080',
    'kubectl expose deploy hello --port=80 --type=NodePort --name=hello-np',
  ],
  async run(context) {
    const { flags } = context;
    if (context.args.length === 0 && flags.list('filename').length === 0) {
      context.err(NO_RESOURCES);
      return 1;
    }
    const selector = flags.text('selector');
    const result = await findObjects({
      ...context,
      flags: { ...flags, text: (name) => (name === 'selector' ? undefined : flags.text(name)) },
    });
    if (result.usage) {
      context.err(result.usage);
      return 1;
    }
    for (const line of result.errors) context.err(line);
    let status = result.errors.length > 0 ? 1 : 0;
    for (const { resource, object } of result.found) {
      const labels = selector
        ? Object.fromEntries(selector.split(',').map((pair) => pair.split('=') as [string, string]))
        : selectorFor(object);
      if (labels === undefined) {
        status = context.fail(`cannot expose a ${resource.kind}`);
        continue;
      }
      if (Object.keys(labels).length === 0) {
        status = context.fail(
          `couldn't retrieve selectors via --selector flag or introspection: the ${printedType(resource)} has no labels and cannot be exposed`,
        );
        continue;
      }
      const ports = portsFor(object, flags.text('port'), flags.text('target-port'), flags.text('protocol'));
      if (ports.length === 0) {
        status = context.fail(
          "couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples",
        );
        continue;
      }
      const type = flags.text('type');
      const clusterIP = flags.text('cluster-ip');
      const own = flags.text('labels');
      const made = {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: {
          ...(own
            ? { labels: Object.fromEntries(own.split(',').map((pair) => pair.split('='))) }
            : object.metadata.labels && { labels: object.metadata.labels }),
          name: flags.text('name') ?? object.metadata.name,
        },
        spec: {
          ...(clusterIP && { clusterIP }),
          ...(flags.text('external-ip') && { externalIPs: [flags.text('external-ip')] }),
          ...(type === 'LoadBalancer' &&
            flags.text('load-balancer-ip') && { loadBalancerIP: flags.text('load-balancer-ip') }),
          ports,
          selector: labels,
          ...(flags.text('session-affinity') && { sessionAffinity: flags.text('session-affinity') }),
          ...(type && { type }),
        },
        status: { loadBalancer: {} },
      };
      status =
        createGenerated(context, findResource('services')!, made as unknown as KubernetesObject, 'exposed') ||
        status;
    }
    return status;
  },
};

function selectorFor(object: KubernetesObject): Readonly<Record<string, string>> | undefined {
  const spec = (object as { readonly spec?: { readonly selector?: unknown } }).spec;
  if (object.kind === 'Pod') return object.metadata.labels ?? {};
  if (object.kind === 'Service') return (spec?.selector ?? {}) as Record<string, string>;
  if (object.kind === 'Deployment' || object.kind === 'ReplicaSet')
    return ((spec?.selector ?? {}) as { readonly matchLabels?: Record<string, string> }).matchLabels ?? {};
  return undefined;
}

function portsFor(
  object: KubernetesObject,
  port: string | undefined,
  target: string | undefined,
  protocol: string | undefined,
): readonly unknown[] {
  const spec = (
    object as {
      readonly spec?: {
        readonly template?: { readonly spec: PodSpec };
        readonly containers?: PodSpec['containers'];
        readonly ports?: readonly { readonly port: number }[];
      };
    }
  ).spec;
  const containers = spec?.template?.spec.containers ?? spec?.containers ?? [];
  const found: readonly ContainerPort[] =
    port === undefined
      ? spec?.ports
        ? spec.ports.map((one) => ({ containerPort: one.port }))
        : containers.flatMap(({ ports }) => ports ?? [])
      : port.split(',').map((text) => ({ containerPort: Number(text) }));
  const several = found.length > 1;
  return found.map((one, index) => ({
    ...(several && { name: `port-${index + 1}` }),
    port: one.containerPort,
    protocol: protocol ?? one.protocol ?? 'TCP',
    targetPort: target === undefined ? one.containerPort : /^\d+$/.test(target) ? Number(target) : target,
  }));
}
