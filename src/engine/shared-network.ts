import { formatPrefix, maskPrefix, parseCIDR } from './apimachinery/index.ts';
import type { Network } from './linux/index.ts';

/** The network that two machines both have a card in: `10.0.0.0/24`. Undefined when they share none. */
export function sharedNetwork(network: Network, from: string, to: string): string | undefined {
  const there = new Set(networksOf(network, to));
  return networksOf(network, from).find((each) => there.has(each));
}

function networksOf(network: Network, netns: string): readonly string[] {
  const addresses = network.netns(netns)?.addresses() ?? [];
  return addresses
    .filter(({ device, length }) => device !== 'lo' && length < 32)
    .flatMap(({ address, length }) => {
      const prefix = parseCIDR(`${address}/${length}`);
      return prefix ? [formatPrefix(maskPrefix(prefix))] : [];
    });
}
