import { type ContainerStatus, fnv32, type Pod } from '../../engine/index.ts';
import type { Process } from '../process.ts';

/** A container of this node, as the container runtime knows it. */
export interface NodeContainer {
  readonly pod: Pod;
  readonly status: ContainerStatus;
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** On the node. */
  readonly pid: number;
  /** RFC 3339; absent: it has not started. */
  readonly startedAt: string | undefined;
  readonly state: 'Running' | 'Exited' | 'Created';
}

/** The pods of the node that the program runs on. */
export function podsHere({ session, machine }: Process): readonly Pod[] {
  return session.cluster.api.list('pods').filter(({ spec }) => spec.nodeName === machine.context.hostname);
}

export function containersHere(process: Process): readonly NodeContainer[] {
  return podsHere(process).flatMap((pod) =>
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].flatMap(
      (status) => {
        if (!status.containerID) return [];
        const id = status.containerID.replace(/^\w+:\/\//, '');
        const { running, terminated } = status.state ?? {};
        return [
          {
            pod,
            status,
            id,
            pid: pidOf(id),
            startedAt: running?.startedAt ?? terminated?.startedAt,
            state: running ? ('Running' as const) : terminated ? ('Exited' as const) : ('Created' as const),
          },
        ];
      },
    ),
  );
}

/** The sandbox that holds the pod's network namespace: 64 digits, the same at every replay. */
export function sandboxId({ metadata }: Pod): string {
  return Array.from({ length: 8 }, (_, part) =>
    fnv32(`${part} ${metadata.uid} sandbox`).toString(16).padStart(8, '0'),
  ).join('');
}

function pidOf(id: string): number {
  return 1200 + (Number.parseInt(id.slice(0, 6), 16) % 28_000);
}

/** What a container runs, as `ps` shows it: its command, or the name of the program behind its sockets. */
export function commandOf({ session }: Process, { pod, status }: NodeContainer): string {
  const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
    ({ name }) => name === status.name,
  );
  const words = [...(container?.command ?? []), ...(container?.args ?? [])];
  if (container?.command) return words.join(' ');
  const netns = pod.spec.hostNetwork ? undefined : `${pod.metadata.namespace}/${pod.metadata.name}`;
  const served =
    netns &&
    session.cluster.network
      .netns(netns)
      ?.sockets()
      .find(({ state }) => state !== 'ESTAB')?.process;
  const program = served ?? status.image.replace(/^.*\//, '').replace(/[:@].*$/, '');
  return [program, ...words].join(' ');
}

/** `3 minutes`: go-units' HumanDuration. */
export function ago(process: Process, since: string | undefined): string {
  const seconds =
    Math.max(0, (Date.parse(process.session.cluster.timestamp()) - Date.parse(since ?? '')) / 1000) || 0;
  const whole = Math.floor(seconds);
  if (whole < 1) return 'Less than a second';
  if (whole === 1) return '1 second';
  if (whole < 60) return `${whole} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  return hours < 24 * 14 ? `${Math.floor(hours / 24)} days` : `${Math.floor(hours / 24 / 7)} weeks`;
}
