import type { ClusterView, Station, Trace } from '../../engine/index.ts';

/** A stop of the strip. `hop` is its place in the trace; a wire has none, nor has a stop that was never reached. */
export interface Stop {
  readonly station: Station;
  readonly hop?: number;
}

/** Pairs stations with hops by their network namespace, in order. A hop that no station names gets one of its own. */
export function stopsOf(trace: Trace, stations: readonly Station[]): readonly Stop[] {
  const stops: Stop[] = [];
  let hop = 0;
  for (const station of stations) {
    const found = trace.hops.findIndex(({ netns }, index) => index >= hop && netns === station.netns);
    if (found < 0) {
      stops.push({ station });
      continue;
    }
    for (; hop < found; hop += 1) stops.push({ station: unnamed(trace.hops[hop]!.netns), hop });
    stops.push({ station, hop: found });
    hop = found + 1;
  }
  for (; hop < trace.hops.length; hop += 1) stops.push({ station: unnamed(trace.hops[hop]!.netns), hop });
  return stops;
}

function unnamed(netns: string): Station {
  return {
    netns,
    kind: netns.includes('/') ? 'pod' : 'outside',
    name: netns.split('/').at(-1)!,
    address: '',
  };
}

/**
 * The stations that the packet would have come to, had nobody stopped it: from the destination that it carried when
 * it was lost. Nothing when that address is nobody's.
 */
export function stationsNeverReached(trace: Trace, view: ClusterView | undefined): readonly Station[] {
  const last = trace.hops.at(-1);
  const packet = last?.steps.at(-1)?.packet;
  if (!view || !last || !packet || trace.disposition.kind === 'ACCEPTED') return [];
  const pod = view.pods.find(
    ({ ip, hostNetwork, netns }) => ip === packet.ip.destination && !hostNetwork && netns,
  );
  if (!pod?.netns || pod.netns === last.netns) return [];
  const here = nodeOf(last.netns, view);
  const node = view.nodes.find(({ name }) => name === pod.node);
  const rest: Station[] = [];
  if (node && here !== node.name)
    rest.push({ netns: '', kind: 'wire', name: view.nodeCIDR, address: view.nodeCIDR });
  if (node && last.netns !== node.name)
    rest.push({ netns: node.name, kind: 'node', name: node.name, address: node.address });
  rest.push({ netns: pod.netns, kind: 'pod', name: pod.name, address: pod.ip! });
  return rest;
}

function nodeOf(netns: string, view: ClusterView): string | undefined {
  return view.pods.find((pod) => pod.netns === netns)?.node ?? netns;
}
