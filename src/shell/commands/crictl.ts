import { parseFlags } from '../flags.ts';
import type { Command, Flag, Process } from '../process.ts';
import { netnsId } from './ip/links.ts';
import { ago, containersHere, type NodeContainer, podsHere, sandboxId } from './node-containers.ts';

const FLAGS: readonly Flag[] = [
  { name: 'all', short: 'a', help: 'Stopped ones too' },
  { name: 'quiet', short: 'q', help: 'Only the ids' },
  { name: 'name', value: 'NAME', help: 'With this in the name' },
  { name: 'namespace', value: 'NAMESPACE', help: 'Of this namespace' },
  { name: 'pod', short: 'p', value: 'ID', help: 'Of this pod' },
  { name: 'output', short: 'o', value: 'FORMAT', help: 'table or json' },
  { name: 'no-trunc', help: 'Whole ids' },
];

/** cri-tools' `crictl`: what the container runtime of this node knows. */
export const crictlCommand: Command = {
  name: 'crictl',
  group: 'machine',
  where: 'machines',
  usage: 'crictl (ps | pods | images | inspect ID | inspectp ID | logs ID)',
  flags: FLAGS,
  examples: ['ssh node-1 crictl ps', 'ssh node-1 crictl pods', 'ssh node-1 crictl inspectp ID'],
  run(process) {
    const [verb, ...words] = process.args;
    if (!process.session.cluster.api.get('nodes', '', process.machine.context.hostname).ok) {
      process.stderr.write('bash: crictl: command not found\n');
      return 127;
    }
    const parsed = parseFlags(words, FLAGS);
    if (!parsed.ok) {
      process.stderr.write(`Incorrect Usage: flag provided but not defined: ${parsed.error.word}\n`);
      return 1;
    }
    const { flags } = parsed;
    const fits = (namespace: string | undefined, name: string) =>
      (flags.text('namespace') === undefined || flags.text('namespace') === namespace) &&
      (flags.text('name') === undefined || name.includes(flags.text('name')!));
    const cut = (id: string) => (flags.has('no-trunc') ? id : id.slice(0, 13));
    switch (verb) {
      case 'ps': {
        const shown = containersHere(process)
          .filter(({ state }) => flags.has('all') || state === 'Running')
          .filter(({ pod, status }) => fits(pod.metadata.namespace, status.name))
          .filter(({ pod }) => sandboxId(pod).startsWith(flags.text('pod') ?? ''))
          .sort((a, b) => ((a.startedAt ?? '') > (b.startedAt ?? '') ? -1 : 1));
        return list(
          process,
          flags.has('quiet'),
          shown.map(({ id }) => id),
          [
            ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'],
            ...shown.map(({ pod, status, id, startedAt, state }) => [
              cut(id),
              cut(status.imageID.replace(/^.*sha256:/, '')),
              `${ago(process, startedAt)} ago`,
              state,
              status.name,
              String(status.restartCount),
              cut(sandboxId(pod)),
              pod.metadata.name,
              pod.metadata.namespace!,
            ]),
          ],
        );
      }
      case 'pods': {
        const shown = podsHere(process).filter(({ metadata }) => fits(metadata.namespace, metadata.name));
        return list(process, flags.has('quiet'), shown.map(sandboxId), [
          ['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'],
          ...shown.map((pod) => [
            cut(sandboxId(pod)),
            `${ago(process, pod.status?.startTime)} ago`,
            ['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') ? 'NotReady' : 'Ready',
            pod.metadata.name,
            pod.metadata.namespace!,
            '0',
            '(default)',
          ]),
        ]);
      }
      case 'images':
      case 'image':
      case 'img':
        return images(process);
      case 'inspect':
      case 'inspectp':
        return inspect(process, verb, flags.rest[0]);
      case 'logs': {
        const found = containersHere(process).find(
          ({ id }) => flags.rest[0] !== undefined && id.startsWith(flags.rest[0]),
        );
        if (!found) return missing(process, 'container', flags.rest[0] ?? '');
        const { pod, status } = found;
        process.stdout.write(
          process.session.cluster.logs(pod.metadata.namespace!, pod.metadata.name, status.name) ?? '',
        );
        return 0;
      }
      case undefined:
      case 'help':
        process.stdout.write(
          'NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options] [arguments...]\n',
        );
        return 0;
      default: {
        const real = [
          'attach',
          'create',
          'exec',
          'version',
          'info',
          'port-forward',
          'pull',
          'run',
          'runp',
          'rm',
          'rmi',
          'rmp',
          'start',
          'stop',
          'stopp',
          'update',
          'config',
          'stats',
          'statsp',
          'metricsp',
          'checkpoint',
          'events',
        ];
        process.stderr.write(
          real.includes(verb)
            ? `${process.session.say({ id: 'shell.not-simulated', values: { command: `crictl ${verb}` } })}\n`
            : `No help topic for '${verb}'\n`,
        );
        return real.includes(verb) ? 1 : 3;
      }
    }
  },
};

function list(
  process: Process,
  quiet: boolean,
  ids: readonly string[],
  rows: readonly (readonly string[])[],
): number {
  process.stdout.write(quiet ? ids.map((id) => `${id}\n`).join('') : columns(rows));
  return 0;
}

/** Go's tabwriter as crictl sets it: columns of 20 at least, three blanks between. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(20, ...rows.map((row) => row[column]!.length + 3)));
  return rows
    .map(
      (row) =>
        `${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join('')}\n`,
    )
    .join('');
}

function images(process: Process): number {
  const known = new Map<string, readonly string[]>();
  const sizes = new Map(
    process.session.cluster.api
      .list('nodes')
      .filter(({ metadata }) => metadata.name === process.machine.context.hostname)
      .flatMap(
        ({ status }) =>
          (status as { images?: readonly { names?: readonly string[]; sizeBytes?: number }[] }).images ?? [],
      )
      .flatMap(({ names = [], sizeBytes }) => names.map((name) => [name, sizeBytes ?? 0] as const)),
  );
  for (const { status } of containersHere(process)) {
    const [repository = '', tag = 'latest'] = status.image.split(/:(?=[^/]*$)/);
    const size = sizes.get(status.image);
    known.set(status.image, [
      repository,
      tag,
      status.imageID.replace(/^.*sha256:/, '').slice(0, 13),
      size ? megabytes(size) : '',
    ]);
  }
  process.stdout.write(
    columns([
      ['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'],
      ...[...known.keys()].sort().map((name) => known.get(name)!),
    ]),
  );
  return 0;
}

function megabytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toPrecision(3)}MB` : `${(bytes / 1e3).toPrecision(3)}kB`;
}

function missing(process: Process, kind: string, id: string): number {
  process.stderr.write(
    `E ${process.session.cluster.timestamp()} remote_runtime.go "${kind === 'container' ? 'ContainerStatus' : 'PodSandboxStatus'} from runtime service failed" err="rpc error: code = NotFound desc = an error occurred when try to find ${kind} \\"${id}\\": not found"\nFATA[0000] getting the status of the ${kind} "${id}": rpc error: code = NotFound desc = an error occurred when try to find ${kind} "${id}": not found\n`,
  );
  return 1;
}

/** The parts of the runtime's answer that tell a pod's network: its addresses, its namespace, its process. */
function inspect(process: Process, verb: 'inspect' | 'inspectp', id: string | undefined): number {
  if (id === undefined) {
    process.stderr.write('FATA[0000] ID cannot be empty\n');
    return 1;
  }
  const containers = containersHere(process);
  const netnsPath = ({ pod }: Pick<NodeContainer, 'pod'>) =>
    pod.spec.hostNetwork ? '' : `/var/run/netns/${netnsId(`${pod.metadata.namespace}/${pod.metadata.name}`)}`;
  let answer: unknown;
  if (verb === 'inspectp') {
    const pod = podsHere(process).find((each) => sandboxId(each).startsWith(id));
    if (!pod) return missing(process, 'sandbox', id);
    answer = {
      status: {
        id: sandboxId(pod),
        metadata: {
          attempt: 0,
          name: pod.metadata.name,
          namespace: pod.metadata.namespace,
          uid: pod.metadata.uid,
        },
        state: 'SANDBOX_READY',
        createdAt: pod.status?.startTime,
        network: { additionalIps: [], ip: pod.spec.hostNetwork ? '' : (pod.status?.podIP ?? '') },
        linux: {
          namespaces: {
            options: { ipc: 'POD', network: pod.spec.hostNetwork ? 'NODE' : 'POD', pid: 'CONTAINER' },
          },
        },
        labels: pod.metadata.labels ?? {},
      },
      info: {
        pid: containers.find((each) => each.pod === pod)?.pid,
        runtimeSpec: {
          linux: {
            namespaces: [{ type: 'network', ...(netnsPath({ pod }) && { path: netnsPath({ pod }) }) }],
          },
        },
      },
    };
  } else {
    const container = containers.find((each) => each.id.startsWith(id));
    if (!container) return missing(process, 'container', id);
    const { pod, status } = container;
    answer = {
      status: {
        id: container.id,
        metadata: { attempt: status.restartCount, name: status.name },
        state: `CONTAINER_${container.state.toUpperCase()}`,
        createdAt: container.startedAt,
        startedAt: container.startedAt,
        image: { image: status.image },
        imageRef: status.imageID,
        labels: {
          'io.kubernetes.container.name': status.name,
          'io.kubernetes.pod.name': pod.metadata.name,
          'io.kubernetes.pod.namespace': pod.metadata.namespace,
          'io.kubernetes.pod.uid': pod.metadata.uid,
        },
      },
      info: { sandboxID: sandboxId(pod), pid: container.pid },
    };
  }
  process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  return 0;
}
