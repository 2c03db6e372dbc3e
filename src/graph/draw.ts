import type { ClusterView, Exchange, Message } from '../engine/index.ts';
import type { Trip } from '../lab/protocol.ts';
import { type Cast, castOf } from './cast.ts';
import { type LineTone, type MapElement, routeElements, sceneElements } from './elements.ts';
import { kubernetesLayer } from './kubernetes-layer.ts';
import { kubernetesRoute } from './kubernetes-route.ts';
import { networkTall } from './network-tall.ts';
import { networkWide, WIDE } from './network-wide.ts';
import type { Place } from './place.ts';
import { type Route, routeOf } from './route.ts';
import type { Layer, Scene } from './scene.ts';
import { shortNames } from './short-names.ts';

/** What the map is asked to show. */
export interface MapState {
  readonly view: ClusterView;
  /** All the trips of the last command: together they decide who is on the map, so that it does not jump. */
  readonly trips: readonly Trip[];
  readonly place?: Place;
  readonly layer?: Layer;
}

export interface Drawing {
  readonly scene: Scene;
  readonly cast: Cast;
  readonly names: ReadonlyMap<string, string>;
  readonly route: Route | undefined;
  /** The way of the question, when the route is the reply's. */
  readonly under: Route | undefined;
  readonly tone: LineTone;
  readonly elements: readonly MapElement[];
}

/** Lays the cluster out for a width in pixels, and the open packet's trip over it. Pure: the same input, the same map. */
export function drawMap(state: MapState, width: number, say: (message: Message) => string): Drawing {
  const { view, trips, place, layer = 'network' } = state;
  const cast = castOf(view, trips, place);
  const names = shortNames(view.pods);
  const layout = layer === 'kubernetes' ? kubernetesLayer : width >= WIDE ? networkWide : networkTall;
  const scene = layout(view, cast, names, width);
  const exchange = cast.trip?.exchange;
  const index = place?.packet ?? -1;
  const packet = exchange?.packets[index];
  const way = (of: number) => {
    const trace = exchange?.packets[of]?.trace;
    if (!trace) return undefined;
    return layer === 'kubernetes' ? kubernetesRoute(trace, scene) : routeOf(trace, scene.atlas);
  };
  const route = packet ? way(index) : undefined;
  const tone = exchange && packet ? toneOf(exchange, index) : 'tcp';
  // Under a reply lies, pale, the way that the question took.
  const asked =
    packet?.direction === 'back'
      ? exchange!.packets.findLastIndex(({ direction }, before) => direction === 'out' && before < index)
      : -1;
  const under = asked >= 0 ? way(asked) : undefined;
  const lines = route
    ? routeElements(route, tone, scene, under ? { route: under, tone: toneOf(exchange!, asked) } : undefined)
    : [];
  const legs = [...(route?.legs ?? []), ...(under?.legs ?? [])].map(({ line }) => line.points);
  return {
    scene,
    cast,
    names,
    route,
    under,
    tone,
    elements: [
      ...sceneElements(scene, legs, [...(route?.doubled ?? []), ...(under?.doubled ?? [])], say),
      ...lines,
    ],
  };
}

function toneOf(exchange: Exchange, index: number): LineTone {
  const { direction, trace } = exchange.packets[index]!;
  const { transport } = trace.packet;
  if (transport.protocol === 'icmp' && (transport.type === 3 || transport.type === 11)) return 'blocked';
  if (transport.protocol === 'tcp' && transport.flags.includes('RST')) return 'blocked';
  if (direction === 'back') return 'reply';
  return exchange.destination.port === 53 && exchange.protocol !== 'icmp' ? 'dns' : 'tcp';
}
