import type { Cluster, Exchange } from '../../src/engine/index.ts';
import { checkTrace, type Netns } from '../../src/engine/linux/index.ts';
import { describe, type Observed, type Probe } from './probe.ts';

/** What may come of a probe: one thing, or one of several when chance decides. */
export interface Prediction {
  readonly outcomes: ReadonlyMap<string, Observed>;
  /** Traces that broke an invariant on the way. */
  readonly broken: readonly string[];
}

const PATIENCE_MS = 4_000;
/**
 * Repeats of one probe share what they found: together, enough to meet what happens once in sixteen times (a SYN that
 * chance sends into a closed hairpin is forgotten by conntrack, so that each of four gets a new draw).
 */
const DRAWS = 40;

/** Predicts all of them. `repeats` names the probes that are the same but for their number. */
export function predictAll(
  cluster: Cluster,
  probes: readonly Probe[],
  repeats: (probe: Probe) => string | undefined,
): Map<number, Prediction> {
  const nodes = cluster.view().nodes.map(({ name }) => cluster.network.netns(name)!);
  const forgetClients = forgetterOf(nodes);
  const shared = new Map<string, Map<string, Observed>>();
  const predictions = new Map<number, Prediction>();
  for (const probe of probes) {
    const key = repeats(probe);
    const outcomes = (key !== undefined && shared.get(key)) || new Map<string, Observed>();
    if (key !== undefined) shared.set(key, outcomes);
    predictions.set(probe.id, {
      outcomes,
      broken: predict(cluster, forgetClients, probe, key !== undefined, outcomes),
    });
  }
  return predictions;
}

/**
 * Asks the engine. Chance is met by asking again and again, each time from a port of its own and with the nodes'
 * memory of clients (session affinity) wiped.
 */
function predict(
  cluster: Cluster,
  forgetClients: () => void,
  probe: Probe,
  mayVary: boolean,
  outcomes: Map<string, Observed>,
): readonly string[] {
  const broken: string[] = [];
  for (let draw = 0; draw < (mayVary ? DRAWS : 1); draw++) {
    if (mayVary) forgetClients();
    const exchange = cluster.network.request({
      netns: probe.from,
      process: 'probe',
      protocol: probe.protocol,
      destination: { address: probe.address, port: probe.port },
      // A connection is proof enough that TCP arrives; what the server says over it is not the kernel's business.
      ...((probe.protocol === 'udp' || probe.bytes !== undefined) && {
        payload: { bytes: probe.bytes ?? 8, summary: 'hostname', data: { kind: 'text', text: 'hostname' } },
      }),
      // The probe's own port the first time: its connection is looked for in conntrack.
      ...(draw === 0 && { sourcePort: probe.sourcePort }),
      timeoutMs: PATIENCE_MS,
      ...(probe.ttl && { ttl: probe.ttl }),
      ...(probe.dontFragment && { dontFragment: true }),
    });
    broken.push(...exchange.packets.flatMap(({ trace }) => checkTrace(trace)));
    const observed = observe(exchange);
    outcomes.set(describe(observed), observed);
  }
  return broken;
}

function observe({ outcome, protocol, packets }: Exchange): Observed {
  switch (outcome.kind) {
    case 'timeout':
      return { outcome: 'timeout' };
    case 'failed':
      return { outcome: outcome.errno, ...(protocol === 'icmp' && outcome.from && { from: outcome.from }) };
    case 'replied': {
      const reply = packets.filter(({ direction }) => direction === 'back').at(-1)!;
      const last = reply.trace.hops.at(-1)!.steps.at(-1)!.packet;
      if (protocol === 'icmp') return { outcome: 'replied', server: last.ip.source, ttl: last.ip.ttl };
      const observed = { outcome: 'replied', server: outcome.server.netns, seen: outcome.seenAs.address };
      return protocol === 'udp' ? { ...observed, ttl: last.ip.ttl } : observed;
    }
  }
}

/** How to wipe the nodes' memory of clients: iptables' `recent` lists, and the sets that nftables' rules write into. */
function forgetterOf(nodes: readonly Netns[]): () => void {
  const flushes = nodes.map((node) => {
    const sets = node.nftList().matchAll(/^\tset (affinity-\S+) \{$/gm);
    return { node, text: [...sets].map(([, name]) => `flush set ip kube-proxy ${name}\n`).join('') };
  });
  return () => {
    for (const { node, text } of flushes) {
      for (const { list } of node.recent()) node.clearRecent(list);
      if (text) node.nftLoad(text);
    }
  };
}
