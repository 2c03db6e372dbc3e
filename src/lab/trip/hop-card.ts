import type { Message, RuleReference, Step, Trace } from '../../engine/index.ts';
import type { Place } from '../../graph/index.ts';
import type { SourceRange, Trip } from '../protocol.ts';
import { describeStep } from './describe-step.ts';
import { type Field, type Layer, labelOf, layersOf } from './header.ts';
import { packetBefore, stampOf } from './ribbons.ts';
import { type Draw, drawsOf, pathOf, piecesOf, type RulePiece } from './rules.ts';
import { type Stage, sectionOf } from './section.ts';

/** What one step says about itself: the sentence, and its proof. */
export interface CardStep {
  readonly number: number;
  readonly place: Place;
  readonly current: boolean;
  readonly message: Message;
  readonly stamp?: { readonly text: string; readonly undo: boolean };
  /** What it meant to Kubernetes. */
  readonly meanings: readonly Message[];
  readonly proof?: Proof;
}

export interface Proof {
  /** From the built-in chain to the rule that decides, which is the last: each rule leads to the next one's chain. */
  readonly path: readonly PathRule[];
  readonly draws: readonly Draw[];
  /** How many rules the kernel compared the packet with. */
  readonly compared: number;
  /** A conntrack entry: its two tuples, as `conntrack -L` writes them. */
  readonly entry?: { readonly original: string; readonly reply: string };
}

export interface PathRule {
  readonly chain: string;
  /** As `iptables -L --line-numbers` counts. */
  readonly number: number;
  readonly pieces: readonly RulePiece[];
}

/** A line of the learner's YAML that made the kernel do this. */
export interface Origin {
  readonly source: SourceRange;
  readonly object: string;
  readonly field?: string;
}

export interface HopCard {
  readonly title: Message;
  /** A node's inside; empty for other stations. */
  readonly section: readonly Stage[];
  readonly steps: readonly CardStep[];
  /** Before and after the current step. */
  readonly label: readonly Field[];
  readonly layers: readonly Layer[];
  readonly origin?: Origin;
}

type TableStep = Extract<Step, { kind: 'table' }>;

/** The card of the hop where the learner stands. */
export function hopCardOf(trip: Trip, place: Place, name: string, kind: string, number: number): HopCard {
  const trace = trip.exchange.packets[place.packet]!.trace;
  const observations = trip.packets[place.packet]?.observations ?? [];
  const steps = trace.hops[place.hop]!.steps.map((step, index): CardStep => {
    const stamp = stampOf(step);
    const proof = proofOf(step, index === place.step);
    // Which endpoint won is what the draw shows already, rule by rule.
    const told = proof && proof.draws.length > 0 ? ['traceflow.endpoint'] : [];
    const meanings = observations
      .filter((seen) => seen.hop === place.hop && seen.step === index && !told.includes(seen.message.id))
      .map(({ message }) => message);
    return {
      number: index + 1,
      place: { ...place, step: index },
      current: index === place.step,
      message: describeStep(step),
      // A step that says the same in its own words needs no second sentence.
      meanings: step.kind === 'table' || step.kind === 'route' ? meanings : [],
      ...(stamp ? { stamp } : {}),
      ...(proof ? { proof } : {}),
    };
  });
  const [before, after] = [
    packetBefore(trace, place.hop, place.step),
    trace.hops[place.hop]!.steps[place.step]!.packet,
  ];
  const origin = originOf(trip, place);
  return {
    section: kind === 'node' ? sectionOf(trace.hops[place.hop]!.steps, place) : [],
    title: { id: 'trip.card', values: { number, name, kind } },
    steps,
    label: labelOf(before, after),
    layers: layersOf(before, after),
    ...(origin ? { origin } : {}),
  };
}

/** The line of YAML behind a step, when the learner wrote one. */
export function originOf(trip: Trip, place: Place): Origin | undefined {
  const seen = trip.packets[place.packet]?.observations.find(
    ({ hop, step, source }) => hop === place.hop && step === place.step && source,
  );
  if (!seen?.source || !seen.object) return undefined;
  return {
    source: seen.source,
    object: `${seen.object.kind} ${seen.object.name}`,
    ...(seen.field ? { field: seen.field } : {}),
  };
}

/** Proof that matters is always shown (a choice, a refusal); the rest only while the learner stands on it. */
function proofOf(step: Step, current: boolean): Proof | undefined {
  if (step.kind === 'table') return tableProof(step, current);
  const none = { path: [], draws: [], compared: 0 };
  if (step.kind === 'nat' && current && step.rule) return { ...none, path: [pathRule(step.rule)] };
  if ((step.kind === 'nat' || step.kind === 'conntrack') && current && step.entry)
    return {
      ...none,
      entry: { original: tupleText(step.entry.original), reply: tupleText(step.entry.reply) },
    };
  return undefined;
}

function tableProof(step: TableStep, current: boolean): Proof | undefined {
  const draws = drawsOf(step);
  if (!(current || draws.length > 0 || step.verdict !== 'ACCEPT')) return undefined;
  const path = pathOf(step).map(({ rule }) => pathRule(rule));
  if (path.length === 0) return undefined;
  return { path, draws, compared: step.visited.reduce((sum, { count = 1 }) => sum + count, 0) };
}

function pathRule(rule: RuleReference): PathRule {
  return { chain: rule.chain, number: rule.number, pieces: piecesOf(rule) };
}

function tupleText(tuple: {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  protocol: string;
}): string {
  const { source, destination, sourcePort, destinationPort, protocol } = tuple;
  return protocol === 'icmp'
    ? `src=${source} dst=${destination}`
    : `src=${source} dst=${destination} sport=${sourcePort} dport=${destinationPort}`;
}

/** A tick a step, and the hops as brackets. */
export interface Ruler {
  readonly total: number;
  /** From 1. */
  readonly value: number;
  readonly hops: readonly {
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly current: boolean;
  }[];
  readonly ticks: readonly { readonly place: Place; readonly stamp: boolean; readonly end: boolean }[];
}

export function rulerOf(trip: Trip, place: Place, nameOf: (hop: number) => string): Ruler {
  const trace: Trace = trip.exchange.packets[place.packet]!.trace;
  let count = 0;
  let value = 1;
  const hops = trace.hops.map(({ steps }, index) => {
    const from = count + 1;
    if (index === place.hop) value = from + place.step;
    count += steps.length;
    return { name: nameOf(index), from, to: count, current: index === place.hop };
  });
  const ticks = trace.hops.flatMap(({ steps }, hop) =>
    steps.map((step, index) => ({
      place: { exchange: place.exchange, packet: place.packet, hop, step: index },
      stamp: step.kind === 'nat',
      end: (step.kind === 'table' && step.verdict !== 'ACCEPT') || step.kind === 'deliver',
    })),
  );
  return { total: count, value, hops, ticks };
}
