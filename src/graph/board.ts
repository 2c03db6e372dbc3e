import type { Message, PodView, ServiceView } from '../engine/index.ts';
import { type Line, type Point, type Rect, simplified } from './geometry.ts';
import type { Atlas, Label, NodePlace, PodPlace, Scene, Stop, StopPlace, Tone, Wire, Zone } from './scene.ts';

/** Collects what a layout draws, and keeps the atlas in step with it. */
export function createBoard() {
  const zones: Zone[] = [];
  const stops: Stop[] = [];
  const bars: (Rect & { id: string })[] = [];
  const wires: Wire[] = [];
  const labels: Label[] = [];
  const pods = new Map<string, PodPlace>();
  const nodes = new Map<string, NodePlace>();
  let outside: StopPlace | undefined;
  let service: StopPlace | undefined;

  const board = {
    zone(id: string, rect: Rect): void {
      zones.push({ id: `zone:${id}`, ...rect });
    },
    label(id: string, at: Point, text: string | Message, tone: Tone, anchor: Label['anchor']): void {
      labels.push({ id: `label:${id}`, x: at.x, y: at.y, text, tone, anchor });
    },
    bar(id: string, rect: Rect): void {
      bars.push({ id: `bar:${id}`, ...rect });
    },
    wire(id: string, kind: Wire['kind'], points: readonly Point[], radius = 0): void {
      wires.push({ id: `${kind}:${id}`, kind, line: { points: simplified(points), radius } });
    },
    stop(stop: Stop): void {
      stops.push(stop);
    },
    pod(
      pod: PodView,
      at: Point,
      port: Point,
      marks: { readonly off: boolean; readonly ring: boolean },
    ): void {
      const id = `pod:${pod.netns}`;
      const name = {
        id: 'graph.stop.pod',
        values: { name: pod.name, address: pod.ip ?? '', status: pod.status },
      };
      stops.push({ id, kind: 'pod', ...at, ...marks, name, netns: pod.netns! });
      pods.set(pod.netns!, { stop: id, at, node: pod.node!, port });
    },
    node(name: string, address: string, at: Point, card: Point, off: boolean, turned: boolean): void {
      const id = `node:${name}`;
      const message = { id: 'graph.stop.node', values: { name, address } };
      stops.push({ id, kind: 'decision', ...at, off, ring: false, turned, name: message, netns: name });
      stops.push({ id: `card:${name}`, kind: 'port', ...card, off: false, ring: false });
      nodes.set(name, { stop: id, at, card: { stop: `card:${name}`, at: card } });
    },
    outside(at: Point, address: string): void {
      outside = { stop: 'outside', at };
      const name = { id: 'graph.stop.outside', values: { address } };
      stops.push({ id: 'outside', kind: 'outside', ...at, off: false, ring: false, name });
    },
    service(view: ServiceView, at: Point): void {
      service = { stop: `service:${view.namespace}/${view.name}`, at };
      const name = { id: 'graph.stop.service', values: { name: view.name, address: serviceAddress(view) } };
      stops.push({ id: service.stop, kind: 'service', ...at, off: false, ring: false, name });
    },
    finish(
      size: Pick<Scene, 'layer' | 'width' | 'height'>,
      bridges: Atlas['bridges'],
      link: Atlas['link'],
    ): Scene {
      const atlas: Atlas = {
        pod: (netns) => pods.get(netns),
        node: (netns) => nodes.get(netns),
        outside,
        link,
        bridges,
        service,
      };
      return { ...size, zones, stops, bars, wires, labels, atlas };
    },
  };
  return board;
}

export type Board = ReturnType<typeof createBoard>;

/** `100.64.13.37:80`, with its first port. */
export function serviceAddress({ clusterIP = '', ports }: ServiceView): string {
  return ports[0] ? `${clusterIP}:${ports[0].port}` : clusterIP;
}

/** The addresses of a Service's ready endpoints. */
export function readyEndpoints(service: ServiceView | undefined): ReadonlySet<string> {
  return new Set((service?.endpoints ?? []).filter(({ ready }) => ready).map(({ address }) => address));
}

/** Points of `line` where two would meet at a right angle, for a wire with one bend. */
export function elbow(from: Point, to: Point, first: 'x' | 'y'): Line['points'] {
  return first === 'x' ? [from, { x: to.x, y: from.y }, to] : [from, { x: from.x, y: to.y }, to];
}
