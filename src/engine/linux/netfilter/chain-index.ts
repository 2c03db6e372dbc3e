import { formatIpv4 } from '../ipv4.ts';
import type { Packet } from '../packet.ts';
import type { Rule } from './rule.ts';

/** Below this many rules, asking each is as quick as looking them up. */
const WORTHWHILE = 16;

/**
 * Finds the rules of a long chain that can match a packet at all, so that a walk does not ask every one of them.
 * KUBE-SERVICES has a rule for each address and port of each Service: they are filed by `-d ADDRESS`; KUBE-NODEPORTS
 * by `-p` and `--dport`. Rules that are filed nowhere are always candidates.
 */
export interface ChainIndex {
  /** Rule places, from 0, in the order of the chain. */
  candidates(packet: Packet): readonly number[];
}

/** undefined: every rule is a candidate. */
export function indexChain(rules: readonly Rule[]): ChainIndex | undefined {
  if (rules.length < WORTHWHILE) return undefined;
  const byKey = new Map<string, number[]>();
  const others: number[] = [];
  rules.forEach((rule, place) => {
    const key = keyOf(rule);
    if (key === undefined) {
      others.push(place);
      return;
    }
    const places = byKey.get(key);
    if (places) places.push(place);
    else byKey.set(key, [place]);
  });
  return {
    candidates(packet) {
      const { ip, transport } = packet;
      const byAddress = byKey.get(ip.destination);
      const byPort =
        transport.protocol === 'icmp'
          ? undefined
          : byKey.get(`${transport.protocol} ${transport.destinationPort}`);
      if (!byAddress && !byPort) return others;
      return [...(byAddress ?? []), ...(byPort ?? []), ...others].sort((a, b) => a - b);
    },
  };
}

function keyOf({ destination, protocol, matches }: Rule): string | undefined {
  if (destination && !destination.inverted && destination.prefix.length === 32)
    return formatIpv4(destination.prefix.network);
  const port = matches.find((match) => match.destinationPort !== undefined)?.destinationPort;
  if (protocol && !protocol.inverted && port !== undefined) return `${protocol.name} ${port}`;
  return undefined;
}
