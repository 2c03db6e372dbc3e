/** Gives Services their addresses and ports, before validation (pkg/registry/core/service/storage, v1.36). */
import type { Service } from '../../api/index.ts';
import { type FieldError, invalid, type Status } from '../../apimachinery/index.ts';
import type { NodePortAllocator } from '../allocator/node-ports.ts';
import type { ServiceIPAllocator } from '../allocator/service-ips.ts';
import type { Mutable } from '../mutable.ts';
import { internalErrorStatus, invalidStatus } from '../statuses.ts';
import { needsHealthCheck } from '../validation/service.ts';
import { initIPFamilies, keepsPreferDualStack } from './ip-families.ts';

export interface ServiceAllocators {
  readonly ips: ServiceIPAllocator;
  readonly ports: NodePortAllocator;
}

/** What was taken for one request, so that it can be given back when the request fails, and what to let go if it succeeds. */
interface Transaction {
  readonly takenIPs: string[];
  readonly takenPorts: number[];
  readonly freedIPs: string[];
  readonly freedPorts: number[];
}

export type AllocationResult =
  | { readonly ok: true; readonly commit: () => void; readonly revert: () => void }
  | { readonly ok: false; readonly status: Status };

class Refusal {
  readonly status: Status;
  constructor(status: Status) {
    this.status = status;
  }
}

export function allocateForCreate(
  service: Mutable<Service>,
  allocators: ServiceAllocators,
): AllocationResult {
  return inTransaction(allocators, (transaction) => {
    refuseInvalid(service, initIPFamilies(service, undefined, allocators.ips.families));
    takeClusterIPs(service, allocators, transaction);
    if (hasNodePorts(service)) takeNodePorts(service, allocators, transaction);
    if (needsHealthCheck(service)) takeHealthCheckPort(service, allocators, transaction);
  });
}

export function allocateForUpdate(
  service: Mutable<Service>,
  old: Service,
  allocators: ServiceAllocators,
): AllocationResult {
  return inTransaction(allocators, (transaction) => {
    refuseInvalid(service, initIPFamilies(service, old, allocators.ips.families));
    updateClusterIPs(service, old, allocators, transaction);
    const before = nodePortsOf(old);
    if (hasNodePorts(old) && !hasNodePorts(service)) transaction.freedPorts.push(...before);
    if (hasNodePorts(service)) {
      updateNodePorts(service, before, allocators, transaction);
      const now = nodePortsOf(service);
      transaction.freedPorts.push(...before.filter((port) => !now.includes(port)));
    }
    updateHealthCheckPort(service, old, allocators, transaction);
  });
}

/** Lets go of all that a deleted Service held. */
export function releaseAll(service: Service, { ips, ports }: ServiceAllocators): void {
  for (const ip of service.spec.clusterIPs ?? []) ips.release(ip);
  if (hasNodePorts(service)) for (const port of nodePortsOf(service)) ports.release(port);
  if (service.spec.healthCheckNodePort) ports.release(service.spec.healthCheckNodePort);
}

function inTransaction(
  { ips, ports }: ServiceAllocators,
  work: (transaction: Transaction) => void,
): AllocationResult {
  const transaction: Transaction = { takenIPs: [], takenPorts: [], freedIPs: [], freedPorts: [] };
  const revert = () => {
    for (const ip of transaction.takenIPs) ips.release(ip);
    for (const port of transaction.takenPorts) ports.release(port);
  };
  try {
    work(transaction);
  } catch (refusal) {
    revert();
    if (refusal instanceof Refusal) return { ok: false, status: refusal.status };
    throw refusal;
  }
  return {
    ok: true,
    revert,
    commit: () => {
      for (const ip of transaction.freedIPs) ips.release(ip);
      for (const port of transaction.freedPorts) ports.release(port);
    },
  };
}

function takeClusterIPs(
  service: Mutable<Service>,
  { ips }: ServiceAllocators,
  transaction: Transaction,
): void {
  const { spec } = service;
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return;
  const wanted = spec.clusterIPs ?? [];
  const given = (spec.ipFamilies ?? []).map((family, place) =>
    takeIP(service, family, wanted[place] ?? '', { ips }, transaction),
  );
  spec.clusterIPs = given;
  if (given[0] !== undefined) spec.clusterIP = given[0];
}

function takeIP(
  service: Mutable<Service>,
  family: 'IPv4' | 'IPv6',
  wanted: string,
  { ips }: Pick<ServiceAllocators, 'ips'>,
  transaction: Transaction,
): string {
  if (wanted === '') {
    const allocation = ips.allocateNext(family);
    if (!allocation.ok)
      throw new Refusal(internalErrorStatus(`failed to allocate a serviceIP: ${allocation.message}`));
    transaction.takenIPs.push(allocation.ip);
    return allocation.ip;
  }
  const allocation = ips.allocate(wanted);
  if (!allocation.ok)
    refuseInvalid(service, [invalid('spec.clusterIPs', service.spec.clusterIPs, allocation.message)]);
  else transaction.takenIPs.push(allocation.ip);
  // The text stays as it was written, even `010.96.0.10`.
  return wanted;
}

function updateClusterIPs(
  service: Mutable<Service>,
  old: Service,
  allocators: ServiceAllocators,
  transaction: Transaction,
): void {
  const { spec } = service;
  if (keepsPreferDualStack(service, old)) return;
  if (old.spec.type === 'ExternalName' && spec.type !== 'ExternalName') {
    takeClusterIPs(service, allocators, transaction);
    return;
  }
  if (old.spec.clusterIPs?.[0] === 'None') return;
  const before = old.spec.clusterIPs ?? [];
  if (old.spec.type !== 'ExternalName' && spec.type === 'ExternalName') {
    transaction.freedIPs.push(...before);
    return;
  }
  const [was, is] = [old.spec.ipFamilies?.length ?? 0, spec.ipFamilies?.length ?? 0];
  if (was === 1 && is === 2) {
    const ip = takeIP(service, spec.ipFamilies![1]!, spec.clusterIPs?.[1] ?? '', allocators, transaction);
    spec.clusterIPs = [...(spec.clusterIPs ?? []).slice(0, 1), ip];
  } else if (was === 2 && is === 1 && before[1] !== undefined) {
    transaction.freedIPs.push(before[1]);
  }
}

/** The same port number over TCP and UDP shares one nodePort. */
function takeNodePorts(
  service: Mutable<Service>,
  { ports }: ServiceAllocators,
  transaction: Transaction,
): void {
  const given = new Map<number, number>();
  const list = service.spec.ports ?? [];
  for (const [place, port] of list.entries()) {
    if (!port.nodePort && !allocatesNodePorts(service)) continue;
    const shared = given.get(port.port);
    if (shared === undefined) {
      const wanted = list.find((other) => other.port === port.port && other.nodePort)?.nodePort;
      port.nodePort = wanted
        ? takePort(service, wanted, place, ports, transaction)
        : takeAnyPort(ports, transaction);
      given.set(port.port, port.nodePort);
    } else if (!port.nodePort) {
      port.nodePort = shared;
    } else if (port.nodePort !== shared) {
      takePort(service, port.nodePort, place, ports, transaction);
    }
  }
}

function updateNodePorts(
  service: Mutable<Service>,
  before: readonly number[],
  { ports }: ServiceAllocators,
  transaction: Transaction,
): void {
  const seen = new Set<string>();
  for (const [place, port] of (service.spec.ports ?? []).entries()) {
    if (!port.nodePort && !allocatesNodePorts(service)) continue;
    if (!port.nodePort) port.nodePort = takeAnyPort(ports, transaction);
    else if (!before.includes(port.nodePort) && !transaction.takenPorts.includes(port.nodePort)) {
      takePort(service, port.nodePort, place, ports, transaction);
    }
    const pair = `${port.protocol}/${port.nodePort}`;
    if (seen.has(pair))
      throw new Refusal(internalErrorStatus(`duplicate nodePort: {${port.protocol} ${port.nodePort}}`));
    seen.add(pair);
  }
}

function takeHealthCheckPort(
  service: Mutable<Service>,
  { ports }: ServiceAllocators,
  transaction: Transaction,
): void {
  const wanted = service.spec.healthCheckNodePort;
  const allocation = wanted ? ports.allocate(wanted) : ports.allocateNext();
  if (!allocation.ok) {
    const what = wanted ? `requested HealthCheck NodePort ${wanted}` : 'a HealthCheck NodePort 0';
    throw new Refusal(internalErrorStatus(`failed to allocate ${what}: ${allocation.message}`));
  }
  transaction.takenPorts.push(allocation.port);
  service.spec.healthCheckNodePort = allocation.port;
}

function updateHealthCheckPort(
  service: Mutable<Service>,
  old: Service,
  allocators: ServiceAllocators,
  transaction: Transaction,
): void {
  const needed = needsHealthCheck(old);
  const needs = needsHealthCheck(service);
  if (!needed && needs) takeHealthCheckPort(service, allocators, transaction);
  if (!needed || needs || !old.spec.healthCheckNodePort) return;
  transaction.freedPorts.push(old.spec.healthCheckNodePort);
  if (service.spec.healthCheckNodePort === old.spec.healthCheckNodePort)
    delete service.spec.healthCheckNodePort;
}

function takePort(
  service: Mutable<Service>,
  port: number,
  place: number,
  ports: NodePortAllocator,
  transaction: Transaction,
): number {
  const allocation = ports.allocate(port);
  if (!allocation.ok)
    refuseInvalid(service, [invalid(`spec.ports[${place}].nodePort`, port, allocation.message)]);
  else transaction.takenPorts.push(port);
  return port;
}

function takeAnyPort(ports: NodePortAllocator, transaction: Transaction): number {
  const allocation = ports.allocateNext();
  if (!allocation.ok)
    throw new Refusal(internalErrorStatus(`failed to allocate a nodePort: ${allocation.message}`));
  transaction.takenPorts.push(allocation.port);
  return allocation.port;
}

function refuseInvalid(service: Mutable<Service>, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw new Refusal(invalidStatus('services', service.metadata.name ?? '', errors));
}

function hasNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer';
}

function allocatesNodePorts({ spec }: Service): boolean {
  return (
    spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)
  );
}

function nodePortsOf({ spec }: Service): number[] {
  return (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));
}
