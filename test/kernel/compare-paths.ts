import type { Cluster } from '../../src/engine/index.ts';
import { describeProbe, type Probe } from './probe.ts';
import type { RealLab, RealTuple } from './real-lab.ts';

/** A connection as one node's conntrack knows it. */
interface Tracked {
  readonly node: string;
  readonly original: RealTuple;
  readonly reply: RealTuple;
  /** TCP only. */
  readonly tcpState?: string | undefined;
}

/**
 * The way that packets took, by the kernel's own account. A probe's connection is followed through the conntrack tables
 * of the nodes, from one to the next by the tuple that leaves each, in the kernel and in the engine: both must have
 * passed the same nodes, with the same translations, into the same states. Answers how many entries were compared, and
 * what differs, by the probe's id.
 *
 *     node-1  10.0.0.12:12001 > 10.0.0.11:30080   reply  100.96.2.3:8080 > 10.0.0.11:40321
 *     node-2  10.0.0.11:40321 > 100.96.2.3:8080   reply  100.96.2.3:8080 > 10.0.0.11:40321
 *
 * A node's source port is followed, not compared: MASQUERADE draws it, and the kernel gives another one even to a
 * node's own connection when an earlier draw has taken the port that it asks for (nf_nat_l4proto_unique_tuple).
 */
export function comparePaths(
  cluster: Cluster,
  lab: RealLab,
  probes: readonly Probe[],
  /** The port that the real probe last left from. */
  realSourcePort: (probe: Probe) => number,
): { readonly compared: number; readonly differences: ReadonlyMap<number, string> } {
  const nodes = cluster.view().nodes.map(({ name }) => name);
  const engine = indexed(
    nodes.flatMap((node) =>
      cluster.network
        .netns(node)!
        .conntrack()
        .map((entry) => ({ node, ...entry })),
    ),
  );
  const kernel = indexed(nodes.flatMap((node) => lab.connections(node).map((entry) => ({ node, ...entry }))));
  const isOwn = (node: string, address: string) =>
    cluster.network
      .netns(node)!
      .addresses()
      .some((own) => own.address === address);
  const differences = new Map<number, string>();
  let compared = 0;
  for (const probe of probes) {
    const sources = cluster.network
      .netns(probe.from)!
      .addresses()
      .map(({ address }) => address);
    const start = nodes.includes(probe.from) ? probe.from : undefined;
    const follow = (known: Index, sourcePort: number) =>
      sources.flatMap((source) => followed(known, openingTuple(probe, source, sourcePort), start, isOwn));
    const foreseen = follow(engine, probe.sourcePort).map(describeTracked);
    const really = follow(kernel, realSourcePort(probe)).map(describeTracked);
    compared += foreseen.length;
    if (foreseen.join('\n') !== really.join('\n'))
      differences.set(
        probe.id,
        `${describeProbe(probe)}: the engine's nodes know\n${indent(foreseen)}\n  the kernel's\n${indent(really)}`,
      );
  }
  return { compared, differences };
}

type Index = ReadonlyMap<string, readonly Tracked[]>;

/** By the tuple that a connection's packets come with. */
function indexed(entries: readonly Tracked[]): Index {
  const index = new Map<string, Tracked[]>();
  for (const entry of entries) {
    const key = keyOf(entry.original);
    index.set(key, [...(index.get(key) ?? []), entry]);
  }
  return index;
}

/** All nodes' entries of the connection, in the order of its way. `start`: the node that it begins on, if on a node. */
function followed(
  index: Index,
  opening: RealTuple,
  start: string | undefined,
  isOwn: (node: string, address: string) => boolean,
): readonly Tracked[] {
  const way: Tracked[] = [];
  let tuple: RealTuple | undefined = opening;
  while (tuple) {
    const last = way.at(-1);
    const { source } = tuple;
    // What left a node does not come to the same node next, and nothing comes to a node from its own address: such an
    // entry is another's, who drew the same port.
    const comes = ({ node }: Tracked) =>
      last ? node !== last.node && !isOwn(node, source) : !start || node === start;
    const here: readonly Tracked[] = (index.get(keyOf(tuple)) ?? []).filter(
      (entry) => !way.includes(entry) && comes(entry),
    );
    // A node that leaves the tuple as it is comes before the one that changes it: after that, nobody sees it again.
    const next: Tracked | undefined =
      here.find(({ original, reply }) => same(original, inverted(reply))) ?? here[0];
    if (next) way.push(next);
    tuple = next && inverted(next.reply);
  }
  return way;
}

function openingTuple(probe: Probe, source: string, sourcePort: number): RealTuple {
  return {
    protocol: probe.protocol,
    source,
    sourcePort,
    destination: probe.address,
    destinationPort: probe.protocol === 'icmp' ? sourcePort : probe.port,
  };
}

function inverted({ protocol, source, sourcePort, destination, destinationPort }: RealTuple): RealTuple {
  return {
    protocol,
    source: destination,
    sourcePort: destinationPort,
    destination: source,
    destinationPort: sourcePort,
  };
}

function keyOf({ protocol, source, sourcePort, destination, destinationPort }: RealTuple): string {
  return `${protocol} ${source}:${sourcePort} > ${destination}:${destinationPort}`;
}

function same(one: RealTuple, other: RealTuple): boolean {
  return keyOf(one) === keyOf(other);
}

/** `node-1: 10.0.0.12 > 10.0.0.11:30080 as 10.0.0.11 > 100.96.2.3:8080 TIME_WAIT` */
function describeTracked({ node, original, reply, tcpState }: Tracked): string {
  const end = ({ protocol, destination, destinationPort }: RealTuple) =>
    protocol === 'icmp' ? destination : `${destination}:${destinationPort}`;
  const leaves = inverted(reply);
  return [
    `${node}: ${original.source} > ${end(original)} as ${leaves.source} > ${end(leaves)}`,
    ...(tcpState ? [tcpState] : []),
  ].join(' ');
}

function indent(lines: readonly string[]): string {
  return (lines.length > 0 ? lines : ['nothing']).map((line) => `    ${line}`).join('\n');
}
