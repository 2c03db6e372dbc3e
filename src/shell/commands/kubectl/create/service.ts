import type { IntOrString } from '../../../../engine/index.ts';
import type { Flag } from '../../../process.ts';
import type { KubectlContext } from '../kubectl-command.ts';
import { commaList, type Generator, made, refused } from './generator.ts';

const TCP: Flag = { name: 'tcp', value: 'PORT:TARGET', help: 'Ports of the Service' };

/** Models pkg/cmd/create/create_service.go (kubectl v1.36). */
function service(type: 'ClusterIP' | 'NodePort' | 'LoadBalancer', flags: readonly Flag[]): Generator {
  const name = type.toLowerCase();
  return {
    name,
    resource: 'services',
    failing: `${type} service:`,
    usage: `service ${name} NAME --tcp=PORT:TARGET`,
    summary: `Create a Service of type ${type}`,
    flags: [TCP, ...flags],
    examples: [`kubectl create service ${name} hello --tcp=80:8080`],
    generate(context, serviceName) {
      const ports = portsOf(context);
      if (typeof ports === 'string') return refused(ports);
      const clusterIP = context.flags.text('clusterip');
      if (ports.length === 0 && clusterIP !== 'None')
        return refused('at least one tcp port specifier must be provided');
      const nodePort = context.flags.number('node-port');
      const shown = nodePort ? ports.map((port) => ({ ...port, nodePort })) : ports;
      return made({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: serviceName, labels: { app: serviceName } },
        spec: {
          ...(clusterIP && { clusterIP }),
          ...(shown.length > 0 && { ports: shown }),
          selector: { app: serviceName },
          type,
        },
        status: { loadBalancer: {} },
      });
    },
  };
}

interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP';
  readonly targetPort: IntOrString;
}

function portsOf(context: KubectlContext): readonly NamedPort[] | string {
  const ports: NamedPort[] = [];
  for (const text of commaList(context, 'tcp')) {
    const [port = '', target] = text.split(':');
    if (!/^\d+$/.test(port)) return `strconv.ParseUint: parsing "${port}": invalid syntax`;
    if (Number(port) > 65535) return `strconv.ParseUint: parsing "${port}": value out of range`;
    const isNumber = target === undefined || /^\d+$/.test(target);
    if (isNumber && (Number(target ?? port) < 1 || Number(target ?? port) > 65535))
      return 'must be between 1 and 65535, inclusive';
    ports.push({
      name: target === undefined ? port : `${port}-${target}`,
      port: Number(port),
      protocol: 'TCP',
      targetPort: isNumber ? Number(target ?? port) : target,
    });
  }
  return ports;
}

const externalName: Generator = {
  name: 'externalname',
  resource: 'services',
  failing: 'ExternalName service:',
  required: ['external-name'],
  usage: 'service externalname NAME --external-name=HOST',
  summary: 'Create a Service of type ExternalName',
  flags: [{ name: 'external-name', value: 'HOST', help: 'The name that it stands for' }, TCP],
  examples: ['kubectl create service externalname db --external-name=db.example.com'],
  generate(context, name) {
    const ports = portsOf(context);
    if (typeof ports === 'string') return refused(ports);
    return made({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels: { app: name } },
      spec: {
        externalName: context.flags.text('external-name'),
        ...(ports.length > 0 && { ports }),
        selector: { app: name },
        type: 'ExternalName',
      },
      status: { loadBalancer: {} },
    });
  },
};

export const serviceGenerator: Generator = {
  name: 'service',
  aliases: ['svc'],
  resource: 'services',
  usage: 'service TYPE NAME',
  summary: 'Create a Service of a type',
  flags: [],
  examples: ['kubectl create service clusterip hello --tcp=80:8080'],
  subgenerators: [
    service('ClusterIP', [{ name: 'clusterip', value: 'IP', help: 'The address, or None' }]),
    externalName,
    service('LoadBalancer', []),
    service('NodePort', [{ name: 'node-port', value: 'PORT', type: 'int', help: 'The port on every node' }]),
  ],
};
