import { checkTrace, type Exchange } from '../../../src/engine/linux/index.ts';
import type { GoldenResult } from '../result.ts';
import {
  buildMeasuredNetwork,
  type MeasuredTopology,
  type MeasuredVariant,
} from '../support/measured-network.ts';

export const file = 'dataplane-measured.json';

interface Outcome {
  readonly outcome: string;
  readonly server?: string;
  readonly sourceSeenByServer?: string;
  readonly afterSeconds?: number;
  readonly from?: string;
  readonly ttl?: number;
}

interface MeasuredTest {
  readonly name: string;
  readonly from: string;
  readonly proto: 'tcp' | 'udp' | 'icmp';
  /** `10.96.34.12:80`; without a port for ICMP. */
  readonly dest: string;
  readonly expect: Readonly<Record<string, Outcome | readonly Outcome[]>>;
}

const VARIANTS: Readonly<Record<string, MeasuredVariant>> = {
  'bridge-iptables': { plugin: 'bridge', hairpinMode: false, bridgeNfCallIptables: true },
  'bridge-hairpin-iptables': { plugin: 'bridge', hairpinMode: true, bridgeNfCallIptables: true },
  'bridge-nonf-iptables': { plugin: 'bridge', hairpinMode: false, bridgeNfCallIptables: false },
  'ptp-iptables': { plugin: 'ptp', hairpinMode: false, bridgeNfCallIptables: true },
  'ptp-nftables': { plugin: 'ptp', hairpinMode: false, bridgeNfCallIptables: true, mode: 'nftables' },
};

/** Chance decides who answers: what was measured once must be what some of these seeds give. */
const SEEDS = [1, 2, 3, 4, 5, 6];
const CONNECTIONS = 12;
/** Longer than ARP needs to give up. */
const PATIENCE_MS = 4_000;

/** Each test against each variant of the data plane: what the client sees, who answered, and as whom it saw the client. */
export function run(records: unknown): GoldenResult[] {
  const { topology, tests } = records as {
    readonly topology: MeasuredTopology;
    readonly tests: readonly MeasuredTest[];
  };
  return tests.flatMap((test) =>
    Object.entries(test.expect).map(([variant, expected]) => compare(topology, test, variant, expected)),
  );
}

function compare(
  topology: MeasuredTopology,
  test: MeasuredTest,
  name: string,
  expected: Outcome | readonly Outcome[],
): GoldenResult {
  const id = `${test.name} / ${name}`;
  const variant = VARIANTS[name];
  if (!variant) return { id, passed: false, difference: 'no such data plane in the engine yet' };
  const repeats = Array.isArray(expected);
  const wanted = (repeats ? expected : [expected]) as readonly Outcome[];
  const runs = (repeats ? SEEDS : SEEDS.slice(0, 1)).map((seed) =>
    outcomes(topology, test, variant, seed, repeats ? CONNECTIONS : 1),
  );
  const broken = runs.flatMap((run) => run.broken);
  if (broken.length > 0)
    return { id, passed: false, difference: `a trace breaks its invariants: ${broken[0]}` };
  const steady = runs.every((run) => run.seen.length === wanted.length);
  const found = runs.some(
    (run) =>
      run.seen.length === wanted.length && wanted.every((one) => run.seen.some((other) => same(one, other))),
  );
  if (steady && found) return { id, passed: true };
  return {
    id,
    passed: false,
    difference: `expected ${JSON.stringify(wanted)}\n    came ${JSON.stringify(runs.map((run) => run.seen))}`,
  };
}

function outcomes(
  topology: MeasuredTopology,
  { from, proto, dest }: MeasuredTest,
  variant: MeasuredVariant,
  seed: number,
  times: number,
): { readonly seen: readonly Outcome[]; readonly broken: readonly string[] } {
  let now = 0;
  const network = buildMeasuredNetwork(topology, variant, seed, () => now);
  const seen = new Map<string, Outcome>();
  const broken: string[] = [];
  const [address = '', port = '0'] = dest.split(':');
  for (let time = 0; time < times; time++) {
    const exchange = network.request({
      netns: from.replace(/^n(\d)$/, 'node$1'),
      process: 'probe',
      protocol: proto,
      destination: { address, port: Number(port) },
      payload: { bytes: 20, summary: 'probe', data: undefined },
      timeoutMs: PATIENCE_MS,
    });
    now += exchange.elapsedMs;
    const outcome = outcomeOf(exchange);
    seen.set(JSON.stringify(outcome), outcome);
    broken.push(...exchange.packets.flatMap(({ trace }) => checkTrace(trace)));
  }
  return { seen: [...seen.values()], broken };
}

function outcomeOf({ outcome, protocol, packets, elapsedMs }: Exchange): Outcome {
  switch (outcome.kind) {
    case 'timeout':
      return { outcome: 'timeout' };
    case 'failed':
      return {
        outcome: outcome.errno,
        ...(elapsedMs >= 1_000 && { afterSeconds: Math.round(elapsedMs / 1_000) }),
      };
    case 'replied': {
      if (protocol !== 'icmp')
        return {
          outcome: 'connected',
          server: outcome.server.netns,
          sourceSeenByServer: outcome.seenAs.address,
        };
      const reply = packets.at(-1)!.trace.hops.at(-1)!.steps.at(-1)!.packet;
      return { outcome: 'echo-reply', from: reply.ip.source, ttl: reply.ip.ttl };
    }
  }
}

/** The record does not say everything of every outcome. */
function same(wanted: Outcome, came: Outcome): boolean {
  return Object.entries(wanted).every(([key, value]) => came[key as keyof Outcome] === value);
}
