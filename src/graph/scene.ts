import type { Message } from '../engine/index.ts';
import type { PodState } from './cast.ts';
import type { Line, Point, Rect } from './geometry.ts';

export type Layer = 'kubernetes' | 'network';

/** A drawing of the cluster in pixels, before it is Cytoscape's: what stands where, and how trips run through it. */
export interface Scene {
  readonly layer: Layer;
  readonly width: number;
  readonly height: number;
  readonly zones: readonly Zone[];
  readonly stops: readonly Stop[];
  readonly bars: readonly (Rect & { readonly id: string })[];
  readonly wires: readonly Wire[];
  readonly labels: readonly Label[];
  readonly atlas: Atlas;
}

export interface Zone extends Rect {
  readonly id: string;
  /** `waiting`: where pods stand that no node has taken. `gutter`: ground that belongs to no node. */
  readonly kind: 'node' | 'waiting' | 'gutter';
}

export type StopKind =
  | 'pod'
  | 'host-pod'
  | 'decision'
  | 'port'
  | 'service'
  | 'outside'
  | 'router'
  | 'more'
  | 'anchor';

export interface Stop extends Point {
  readonly id: string;
  readonly kind: StopKind;
  /** Not on any trip: drawn fainter. */
  readonly off: boolean;
  /** A ring around it: a ready endpoint of the Service that is shown. */
  readonly ring: boolean;
  /** Pods only; absent: ready. */
  readonly state?: PodState;
  /** A decision point stands across its line, so it is turned with the drawing. */
  readonly turned?: boolean;
  /** What it is, for people: those who cannot see the map walk along these. Ports and the like have none. */
  readonly name?: Message;
  readonly netns?: string;
}

export interface Wire {
  readonly id: string;
  readonly line: Line;
  /** `wire`: a cable; `lead`: a Service's dashed leader; `link`: a Service's endpoint on the Kubernetes layer. */
  readonly kind: 'wire' | 'lead' | 'link' | 'bracket';
}

export type Tone = 'zone' | 'name' | 'note' | 'address';

export interface Label extends Point {
  readonly id: string;
  readonly text: string | Message;
  readonly tone: Tone;
  /** Which end of the text `x` is. `y` is its middle. */
  readonly anchor: 'start' | 'middle' | 'end';
}

/** Where a trip may pass: what the route finder asks a scene. */
export interface Atlas {
  pod(netns: string): PodPlace | undefined;
  node(netns: string): NodePlace | undefined;
  /** Where a machine stands that is neither pod nor node: its own stop, or the way out. */
  outside(netns: string): StopPlace | undefined;
  /** The cables between two machines' network cards, by namespace, ends included. */
  link(from: string, to: string): readonly Point[];
  /** The direction in which a zone's bridge runs. */
  readonly bridges: 'x' | 'y';
  readonly service: StopPlace | undefined;
}

export interface StopPlace {
  readonly stop: string;
  readonly at: Point;
}

export interface PodPlace extends StopPlace {
  readonly node: string;
  /** Where its wire meets the bridge. */
  readonly port: Point;
  /** The far end of its loopback: where a packet turns that never leaves the pod. */
  readonly loop: StopPlace;
}

export interface NodePlace extends StopPlace {
  readonly card: StopPlace;
}
