import type { Exchange, Message } from '../engine/index.ts';
import type { Cast } from './cast.ts';
import type { Place } from './place.ts';
import type { Layer } from './scene.ts';
import { tagOf } from './tag.ts';

/** The map in words, for whoever does not see it: who is where, and how far the packet has come. */
export function describeMap(
  cast: Cast,
  place: Place | undefined,
  layer: Layer,
  names: ReadonlyMap<string, string>,
  say: (message: Message) => string,
): string {
  const nodes = cast.nodes.map(({ view: { name }, pods }) => {
    const list = pods.map((pod) => `${names.get(pod.netns!) ?? pod.name} ${pod.ip ?? pod.status}`).join(', ');
    return say(
      list
        ? { id: 'graph.text.node', values: { name, pods: list } }
        : { id: 'graph.text.empty', values: { name } },
    );
  });
  const trip =
    cast.trip && place
      ? describeTrip(cast.trip.exchange, place, names, say)
      : say({ id: 'graph.text.no-trip', values: {} });
  return say({ id: `graph.text.${layer}`, values: { nodes: nodes.join('; '), trip } });
}

function describeTrip(
  exchange: Exchange,
  place: Place,
  names: ReadonlyMap<string, string>,
  say: (message: Message) => string,
): string {
  const packet = exchange.packets[place.packet];
  if (!packet) return say({ id: 'graph.text.no-trip', values: {} });
  const { trace, direction } = packet;
  const name = (netns = '') => names.get(netns) ?? netns;
  const ends = {
    from: name(trace.hops[0]?.netns),
    to: name(trace.hops.at(-1)?.netns),
    here: name(trace.hops[place.hop]?.netns),
  };
  const tag = tagOf(trace, direction, place);
  const parts = [
    say({
      id: `graph.text.${direction}`,
      values: { ...ends, [direction === 'out' ? 'destination' : 'source']: tag.now },
    }),
  ];
  if (tag.before)
    parts.push(say({ id: 'graph.text.changed', values: { before: tag.before, after: tag.now } }));
  const last = place.hop === trace.hops.length - 1 && place.step === trace.hops[place.hop]!.steps.length - 1;
  if (last && trace.disposition.kind === 'REJECTED')
    parts.push(say({ id: 'graph.text.refused', values: {} }));
  else if (last && trace.disposition.kind !== 'ACCEPTED')
    parts.push(say({ id: 'graph.text.dropped', values: {} }));
  return parts.join('. ');
}
