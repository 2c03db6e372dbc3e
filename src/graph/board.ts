import type { Message, PodView, ServiceView, Station } from '../engine/index.ts';
import { keyOf, stateOf } from './cast.ts';
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
  const machines = new Map<string, StopPlace>();
  let router: StopPlace | undefined;
  let service: StopPlace | undefined;

  const board = {
    zone(id: string, { x, y, width, height }: Rect, kind: Zone['kind'] = 'node'): void {
      zones.push({ id: `zone:${id}`, kind, x, y, width, height });
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
      const id = `pod:${keyOf(pod)}`;
      stops.push({
        id,
        kind: 'pod',
        ...at,
        ...marks,
        state: stateOf(pod),
        name: nameOf(pod),
        netns: keyOf(pod),
      });
      const loop = { stop: `lo:${keyOf(pod)}`, at: loopOf(at, port) };
      stops.push({ id: loop.stop, kind: 'anchor', ...loop.at, off: true, ring: false });
      pods.set(keyOf(pod), { stop: id, at, node: pod.node ?? '', port, loop });
    },
    /** A pod in its node's own namespace: a stop that says so, and no place of its own for a packet. */
    hostPod(pod: PodView, at: Point, off: boolean): void {
      const id = `pod:${pod.namespace}/${pod.name}`;
      const place = pod.node ? { netns: pod.node } : {};
      stops.push({
        id,
        kind: 'host-pod',
        ...at,
        off,
        ring: false,
        state: stateOf(pod),
        name: nameOf(pod),
        ...place,
      });
    },
    node(name: string, address: string, at: Point, card: Point, off: boolean, turned: boolean): void {
      const id = `node:${name}`;
      const message = { id: 'graph.stop.node', values: { name, address } };
      stops.push({ id, kind: 'decision', ...at, off, ring: false, turned, name: message, netns: name });
      stops.push({ id: `card:${name}`, kind: 'port', ...card, off: false, ring: false });
      nodes.set(name, { stop: id, at, card: { stop: `card:${name}`, at: card } });
    },
    /** The way out of the cluster; also the place of every machine beyond it that has no stop. */
    router(at: Point, address: string): void {
      router = { stop: 'outside', at };
      const name = { id: 'graph.stop.outside', values: { address } };
      stops.push({ id: 'outside', kind: 'router', ...at, off: false, ring: false, name, netns: 'gateway' });
    },
    /** A machine of the outside, or on the Kubernetes layer whoever asks or is asked without being a pod. */
    machine(
      { netns, name, address }: Pick<Station, 'netns' | 'name' | 'address'>,
      at: Point,
      off: boolean,
      kind: 'outside' | 'decision' = 'outside',
    ): void {
      const id = `machine:${netns}`;
      machines.set(netns, { stop: id, at });
      const message =
        kind === 'decision'
          ? { id: 'graph.stop.node', values: { name, address } }
          : { id: 'graph.stop.machine', values: { name, address } };
      stops.push({ id, kind, ...at, off, ring: false, name: message, netns });
    },
    /** A Service; the `main` one is where a trip changes its destination. */
    service(view: ServiceView, at: Point, main = true): void {
      const id = `service:${view.namespace}/${view.name}`;
      if (main) service = { stop: id, at };
      const name = { id: 'graph.stop.service', values: { name: view.name, address: serviceAddress(view) } };
      stops.push({ id, kind: 'service', ...at, off: !main, ring: false, name });
    },
    /** Whether a pod has been drawn in this network namespace. */
    has: (netns: string): boolean => pods.has(netns),
    finish(
      size: Pick<Scene, 'layer' | 'width' | 'height'>,
      bridges: Atlas['bridges'],
      link: Atlas['link'],
    ): Scene {
      const atlas: Atlas = {
        pod: (netns) => pods.get(netns),
        node: (netns) => nodes.get(netns),
        outside: (netns) => machines.get(netns) ?? router,
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

/** Above a pod whose wire runs sideways; beside one whose wire runs up or down. */
function loopOf(at: Point, port: Point): Point {
  return at.x === port.x && at.y !== port.y ? { x: at.x + LOOP, y: at.y } : { x: at.x, y: at.y - LOOP };
}

const LOOP = 42;

function nameOf({ name, ip = '', status }: PodView): Message {
  return { id: 'graph.stop.pod', values: { name, address: ip, status } };
}

/** `100.64.13.37:80`, with its first port; what it stands for when it has no address. */
export function serviceAddress({ clusterIP = '', externalName, ports }: ServiceView): string {
  if (externalName !== undefined) return `CNAME ${externalName}`;
  if (clusterIP === 'None') return 'headless';
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
