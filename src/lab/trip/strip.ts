import type { ClusterView, Disposition, Exchange, Message, Station, Trace } from '../../engine/index.ts';
import { type Place, shortNames } from '../../graph/index.ts';
import type { Trip } from '../protocol.ts';
import { endpointOf } from './header.ts';
import { type Ending, endingOf, isRefusal } from './outcome.ts';
import { packetsOfHop, type Ribbon, ribbonsOf, stampOf } from './ribbons.ts';
import { type Stop, stationsNeverReached, stopsOf } from './stations.ts';

/**
 * Half a column of track. `done`: travelled; `ahead`: still to come; `never`: the packet was stopped before;
 * `none`: nothing is drawn.
 */
export type Track = 'none' | 'done' | 'ahead' | 'never';

export type StopState = 'past' | 'now' | 'ahead' | 'never' | 'refused' | 'lost';

export interface Column {
  readonly station: Station;
  /** Fits a column; `station.name` is the whole name. */
  readonly name: string;
  readonly state: StopState;
  /** The ways that come by here: a reply may take another road than the question. */
  readonly ways: 'both' | 'out' | 'back';
  readonly here: boolean;
  /** Why the packet got no further than here. */
  readonly stopped?: Disposition['kind'];
  /** Left and right half, on the way out and on the way back. */
  readonly out: readonly [Track, Track];
  readonly back: readonly [Track, Track];
  /** The header where the packet sets out and wherever it changes: what a narrow strip writes under the name. */
  readonly header?: {
    readonly source: string;
    readonly destination: string;
    readonly changed?: 'source' | 'destination';
    readonly stamps: readonly { readonly text: string; readonly undo: boolean }[];
  };
  /** First step of this station on the packet that is shown, to jump to. */
  readonly place?: Place;
}

export interface Strip {
  readonly ending: Ending;
  /** The way back is a refusal: red and dashed. */
  readonly refusal: boolean;
  readonly columns: readonly Column[];
  readonly out: readonly Ribbon[];
  readonly back: readonly Ribbon[];
  /** When nobody answers: after how many seconds the client tried again. */
  readonly retries: readonly number[];
  /** Which of the exchange's packets the two tracks show. */
  readonly shown: { readonly out?: number; readonly back?: number };
  readonly hereColumn: number;
  readonly reply?: Message;
}

/** Which packet travels each track while the learner looks at `packet`: it, and the one that goes with it. */
export function pairOf(
  exchange: Exchange,
  packet: number,
): { readonly out?: number; readonly back?: number } {
  const direction = exchange.packets[packet]?.direction;
  if (direction === 'back') {
    const out = exchange.packets.findLastIndex((other, index) => index < packet && other.direction === 'out');
    return { back: packet, ...(out >= 0 ? { out } : {}) };
  }
  const after = exchange.packets.findIndex((other, index) => index > packet && other.direction === 'back');
  // An ACK that no answer follows: the packet before it is what it answers.
  const back = after >= 0 ? after : exchange.packets.findLastIndex((other) => other.direction === 'back');
  return { out: packet, ...(back >= 0 ? { back } : {}) };
}

/** The strip of one exchange with the learner at `place`. */
export function stripOf(trip: Trip, place: Place, view?: ClusterView): Strip {
  const { exchange } = trip;
  const shown = pairOf(exchange, place.packet);
  const out = shown.out === undefined ? undefined : exchange.packets[shown.out]!.trace;
  const back = shown.back === undefined ? undefined : exchange.packets[shown.back]!.trace;
  const outStops = out ? stopsOf(out, trip.packets[shown.out!]!.stations) : [];
  const backStops = back ? [...stopsOf(back, trip.packets[shown.back!]!.stations)].reverse() : [];
  const never = out ? stationsNeverReached(out, view) : [];
  const stations = merged(outStops, backStops, never);
  const names = shortNames(view?.pods ?? []);

  const columnOf = (netns: string) => stations.findIndex((station) => station.netns === netns);
  const onBack = exchange.packets[place.packet]?.direction === 'back';
  const hereTrace = onBack ? back : out;
  const here = columnOf(hereTrace?.hops[place.hop]?.netns ?? '');
  const outEnd = lastColumn(outStops, columnOf, 'last');
  const backStart = lastColumn(backStops, columnOf, 'last');
  const backEnd = lastColumn(backStops, columnOf, 'first');
  const stopped = out !== undefined && out.disposition.kind !== 'ACCEPTED';
  const backLost = back !== undefined && back.disposition.kind !== 'ACCEPTED';
  const waysOf = wayFinder(outStops, backStops);

  const columns = stations.map((station, index): Column => {
    const stops = onBack ? backStops : outStops;
    const hop = stops.find((stop) => stop.station.netns === station.netns && stop.hop !== undefined)?.hop;
    return {
      station,
      name: names.get(station.netns) ?? shortNames([podLike(station)]).get(station.netns) ?? station.name,
      state:
        backLost && index === backEnd
          ? 'lost'
          : stateOf(index, {
              here,
              outEnd,
              onBack,
              stopped,
              trace: out,
              refused: backStart === outEnd && back !== undefined,
            }),
      ways: waysOf(station),
      here: index === here,
      ...(stopped && index === outEnd ? { stopped: out.disposition.kind } : {}),
      ...(backLost && index === backEnd ? { stopped: back.disposition.kind } : {}),
      out: halves(index, 0, outEnd, onBack ? outEnd : here, stations.length, stopped),
      back: back ? backHalves(index, backEnd, backStart, onBack ? here : undefined) : ['none', 'none'],
      ...headerAt(hereTrace, hop),
      ...(hop === undefined ? {} : { place: { exchange: exchange.id, packet: place.packet, hop, step: 0 } }),
    };
  });

  const refusal = back !== undefined && isRefusal(back.packet);
  return {
    ending: endingOf(exchange),
    refusal,
    columns,
    out: out ? ribbonsOf(out, 'out', columnOf, stations.length) : [],
    back: back && !refusal ? ribbonsOf(back, 'back', columnOf, stations.length) : [],
    retries: back ? [] : exchange.packets.filter(({ at }) => at > 0).map(({ at }) => at / 1000),
    shown,
    hereColumn: here,
    ...(refusal && back ? { reply: refusalOf(back) } : {}),
  };
}

function podLike(station: Station): { namespace: string; name: string; netns: string } {
  return {
    namespace: '',
    name: station.kind === 'pod' ? station.name : '',
    netns: station.kind === 'pod' ? station.netns : '-',
  };
}

/** The stations of both ways in one line. Wires have no namespace, so that they are told apart by their neighbours. */
function merged(out: readonly Stop[], back: readonly Stop[], never: readonly Station[]): readonly Station[] {
  const line = out.map(({ station }) => station);
  back.forEach(({ station }, index) => {
    if (station.kind === 'wire' || line.some(({ netns }) => netns === station.netns)) return;
    const before = back
      .slice(0, index)
      .findLast((stop) => line.some(({ netns }) => netns === stop.station.netns));
    const after = back
      .slice(index + 1)
      .find((stop) => line.some(({ netns }) => netns === stop.station.netns));
    const place = (stop: Stop) => line.findIndex(({ netns }) => netns === stop.station.netns);
    line.splice(before ? place(before) + 1 : after ? place(after) : 0, 0, station);
  });
  for (const station of never) {
    if (station.kind === 'wire' || !line.some(({ netns }) => netns === station.netns)) line.push(station);
  }
  // A wire needs a name of its own to be found by: it has no namespace.
  return line.map((station, index) =>
    station.netns === '' ? { ...station, netns: `wire:${index}` } : station,
  );
}

/** Tells which ways come by a station. Wires, and stations that nobody reached, count as on both. */
function wayFinder(out: readonly Stop[], back: readonly Stop[]): (station: Station) => Column['ways'] {
  const [there, home] = [out, back].map(
    (stops) => new Set(stops.filter(({ hop }) => hop !== undefined).map(({ station }) => station.netns)),
  ) as [Set<string>, Set<string>];
  return ({ kind, netns }) => {
    if (kind === 'wire' || there.size === 0 || home.size === 0 || there.has(netns) === home.has(netns))
      return 'both';
    // A way that ends early has not left its road: only a station that it passes beside is one-sided.
    return there.has(netns) ? (isBeside(netns, out, home) ? 'out' : 'both') : 'back';
  };
}

/** The other way comes by on both sides of this station, and not here. */
function isBeside(netns: string, stops: readonly Stop[], other: ReadonlySet<string>): boolean {
  const at = stops.findIndex(({ station }) => station.netns === netns);
  return (
    stops.slice(0, at).some(({ station }) => other.has(station.netns)) &&
    stops.slice(at + 1).some(({ station }) => other.has(station.netns))
  );
}

function lastColumn(
  stops: readonly Stop[],
  columnOf: (netns: string) => number,
  which: 'first' | 'last',
): number {
  const reached = stops.filter(({ hop }) => hop !== undefined).map(({ station }) => columnOf(station.netns));
  if (reached.length === 0) return -1;
  return which === 'first' ? Math.min(...reached) : Math.max(...reached);
}

interface Moment {
  readonly here: number;
  readonly outEnd: number;
  readonly onBack: boolean;
  readonly stopped: boolean;
  readonly trace: Trace | undefined;
  readonly refused: boolean;
}

function stateOf(index: number, moment: Moment): StopState {
  const { here, outEnd, onBack, stopped, trace, refused } = moment;
  if (stopped && index > outEnd) return 'never';
  if (stopped && index === outEnd && trace) return refused ? 'refused' : 'lost';
  if (index === here) return 'now';
  return onBack || index < here ? 'past' : 'ahead';
}

/** The two halves of the way out in one column: from `start` to `end`, travelled as far as `here`. */
function halves(
  index: number,
  start: number,
  end: number,
  here: number,
  count: number,
  stopped: boolean,
): readonly [Track, Track] {
  const left: Track = index <= start ? 'none' : index > end ? 'never' : index <= here ? 'done' : 'ahead';
  const right: Track =
    index >= count - 1
      ? 'none'
      : index > end
        ? 'never'
        : index === end
          ? 'none'
          : index < here
            ? 'done'
            : 'ahead';
  return [left === 'never' && !stopped ? 'none' : left, right === 'never' && !stopped ? 'none' : right];
}

/** The way back runs from `start` on the right to `end` on the left. `here` is absent while it has not begun. */
function backHalves(
  index: number,
  end: number,
  start: number,
  here: number | undefined,
): readonly [Track, Track] {
  const done = (column: number) => here !== undefined && column >= here;
  const left: Track = index <= end || index > start ? 'none' : done(index - 0.5) ? 'done' : 'ahead';
  const right: Track = index < end || index >= start ? 'none' : done(index) ? 'done' : 'ahead';
  return [left, right];
}

function refusalOf(trace: Trace): Message {
  const { transport } = trace.packet;
  if (transport.protocol === 'tcp') return { id: 'trip.refusal.reset', values: {} };
  if (transport.protocol === 'icmp')
    return {
      id: 'trip.refusal.icmp',
      values: { type: String(transport.type), code: String(transport.code) },
    };
  return { id: 'trip.refusal.other', values: {} };
}

function headerAt(trace: Trace | undefined, hop: number | undefined): Pick<Column, 'header'> {
  if (!trace || hop === undefined) return {};
  const { before, after } = packetsOfHop(trace, hop);
  const [source, destination] = [endpointOf(after, 'source'), endpointOf(after, 'destination')];
  const changed =
    destination !== endpointOf(before, 'destination')
      ? 'destination'
      : source !== endpointOf(before, 'source')
        ? 'source'
        : undefined;
  if (hop > 0 && !changed) return {};
  const stamps = trace.hops[hop]!.steps.flatMap((step) => stampOf(step) ?? []);
  return { header: { source, destination, stamps, ...(changed ? { changed } : {}) } };
}
