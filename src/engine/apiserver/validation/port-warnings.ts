/** Container ports that get in each other's way (the ports of pkg/api/pod/warnings.go, v1.36). */
import type { Container, ContainerPort } from '../../api/index.ts';
import { goQuote } from '../../apimachinery/index.ts';

/** A container and where it stands. */
export interface PlacedContainer {
  readonly container: Container;
  readonly path: string;
}

interface PlacedPort {
  readonly port: ContainerPort;
  readonly path: string;
}

export function portWarnings(containers: readonly PlacedContainer[]): string[] {
  const ports = containers.flatMap(({ container, path }) =>
    (container.ports ?? []).map((port, place) => ({ port, path: `${path}.ports[${place}]` })),
  );
  return [...numberWarnings(ports), ...nameWarnings(ports)];
}

function numberWarnings(ports: readonly PlacedPort[]): string[] {
  const warnings: string[] = [];
  const known = new Map<string, PlacedPort[]>();
  for (const placed of ports) {
    const { port, path } = placed;
    if (port.hostIP && !port.hostPort)
      warnings.push(`${path}: hostIP set without hostPort: ${goStruct(port)}`);
    const key = `${port.containerPort}/${port.protocol ?? ''}`;
    const others = known.get(key) ?? [];
    for (const other of others) {
      const conflict = conflictOf(port, other.port);
      if (conflict) warnings.push(`${path}: ${conflict} port definition with ${other.path}`);
    }
    others.push(placed);
    known.set(key, others);
  }
  return warnings;
}

function conflictOf(left: ContainerPort, right: ContainerPort): string | undefined {
  const [leftIP, rightIP] = [left.hostIP ?? '', right.hostIP ?? ''];
  const [leftPort, rightPort] = [left.hostPort ?? 0, right.hostPort ?? 0];
  if (leftIP === rightIP && leftPort === rightPort) return 'duplicate';
  if (leftPort === 0 || rightPort === 0) return 'overlapping';
  if (leftPort === rightPort && (leftIP === '') !== (rightIP === '')) return 'dangerously ambiguous';
  return undefined;
}

function nameWarnings(ports: readonly PlacedPort[]): string[] {
  const first = new Map<string, string>();
  return ports.flatMap(({ port: { name }, path }) => {
    if (!name) return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, path);
      return [];
    }
    return [
      `${path}: duplicate port name ${goQuote(name)} with ${other}, services and probes that select ports by name will use ${other}`,
    ];
  });
}

/** `%+v` of the port. */
function goStruct({ name = '', hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }: ContainerPort) {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}
