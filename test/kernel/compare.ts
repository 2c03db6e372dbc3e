import type { Cluster } from '../../src/engine/index.ts';
import type { Prediction } from './predict.ts';
import { describe, describeProbe, type Observed, type Probe } from './probe.ts';
import type { RealLab, RealTuple } from './real-lab.ts';

/** Each probe's outcome must be one of those predicted; with session affinity all of a client's must be the same one. */
export function compareOutcomes(
  probes: readonly Probe[],
  predicted: ReadonlyMap<number, Prediction>,
  real: ReadonlyMap<number, Observed>,
  sticky: (probe: Probe) => boolean,
): string[] {
  const differences: string[] = [];
  const first = new Map<string, string>();
  for (const probe of probes) {
    const name = describeProbe(probe);
    const { outcomes, broken } = predicted.get(probe.id)!;
    for (const problem of broken) differences.push(`${name}: a trace breaks its invariants: ${problem}`);
    const came = cameOf(real, probe);
    if (!outcomes.has(came))
      differences.push(`${name}: predicted ${[...outcomes.keys()].join(' or ')}, really ${came}`);
    if (!sticky(probe)) continue;
    const before = first.get(name) ?? came;
    first.set(name, before);
    if (before !== came) differences.push(`${name}: does not stick: first ${before}, then ${came}`);
  }
  return differences;
}

/** Of all entries, the share in TIME_WAIT that chance may have evicted. */
const MAY_BE_EVICTED = 0.01;

/** States that conntrack keeps for longer than a scenario takes. */
const LASTING = ['SYN_SENT', 'ESTABLISHED', 'TIME_WAIT', 'FIN_WAIT'];

export function wasForeseen(
  predicted: ReadonlyMap<number, Prediction>,
  real: ReadonlyMap<number, Observed>,
  probe: Probe,
): boolean {
  return predicted.get(probe.id)!.outcomes.has(cameOf(real, probe));
}

function cameOf(real: ReadonlyMap<number, Observed>, probe: Probe): string {
  const observed = real.get(probe.id);
  return observed ? describe(observed) : 'nothing';
}

/**
 * The way that packets took, by the kernel's own account: every connection that a node's conntrack knows of a probe
 * must be the one that the engine's conntrack knows. Answers how many were compared.
 */
export function comparePaths(
  cluster: Cluster,
  lab: RealLab,
  probes: readonly Probe[],
  certain: (probe: Probe) => boolean,
): { readonly compared: number; readonly differences: string[] } {
  const byPort = new Map(
    probes.filter(certain).map((probe) => [`${probe.protocol} ${probe.sourcePort}`, probe]),
  );
  const differences: string[] = [];
  const evicted: string[] = [];
  let compared = 0;
  for (const { name } of cluster.view().nodes) {
    const known = new Map(
      cluster.network
        .netns(name)!
        .conntrack()
        .map((entry) => [key(entry.original), entry]),
    );
    const really = lab.connections(name);
    const tracked = new Set(really.map(({ original }) => key(original)));
    for (const entry of known.values()) {
      const probe = byPort.get(`${entry.original.protocol} ${entry.original.sourcePort}`);
      const isOf =
        probe &&
        cluster.network
          .netns(probe.from)!
          .addresses()
          .some(({ address }) => address === entry.original.source);
      const isTarget =
        entry.original.destination === probe?.address && entry.original.destinationPort === probe?.port;
      if (!isOf || !isTarget || !LASTING.includes(entry.tcpState ?? '')) continue;
      compared++;
      if (!tracked.has(key(entry.original)))
        (entry.tcpState === 'TIME_WAIT' ? evicted : differences).push(
          `${describeProbe(probe)}: the engine's ${name} keeps the connection ${key(entry.original)} (${entry.tcpState}), the kernel does not`,
        );
    }
    for (const connection of really) {
      const { original } = connection;
      const probe = byPort.get(`${original.protocol} ${original.sourcePort}`);
      const addresses = probe ? cluster.network.netns(probe.from)!.addresses() : [];
      if (!probe || !addresses.some(({ address }) => address === original.source)) continue;
      const entry = known.get(key(original));
      if (entry) {
        compared++;
        const [engine, kernel] = [reply(entry), reply(connection)];
        if (engine !== kernel)
          differences.push(
            `${describeProbe(probe)}: on ${name} the engine expects the reply ${engine}, the kernel ${kernel}`,
          );
      } else if (
        (original.destination === probe.address && original.destinationPort === probe.port) ||
        probe.from.includes('/')
      ) {
        // A masqueraded connection of somebody else may bear a node's address and, by chance, this very port: no matter.
        differences.push(
          `${describeProbe(probe)}: ${name} knows the connection ${key(original)}, ${reply(connection)}, which the engine does not`,
        );
      }
    }
  }
  // A closed connection gives way when the kernel's random port for another's masquerade falls on it (nf_nat_core.c): few do.
  if (evicted.length > compared * MAY_BE_EVICTED) differences.push(...evicted);
  return { compared, differences };
}

function key({ protocol, source, sourcePort, destination, destinationPort }: RealTuple): string {
  return `${protocol} ${source}:${sourcePort} > ${destination}:${destinationPort}`;
}

/** From where and to where; to which port, chance may have decided. */
function reply({
  reply: { protocol, source, sourcePort, destination },
}: {
  readonly reply: RealTuple;
}): string {
  return `from ${source}${protocol === 'icmp' ? '' : `:${sourcePort}`} to ${destination}`;
}
