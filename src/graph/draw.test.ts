import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterView, PodView } from '../engine/index.ts';
import type { Trip } from '../lab/protocol.ts';
import { describeMap } from './describe.ts';
import { drawMap, type MapState } from './draw.ts';
import { dashOf, type MapElement } from './elements.ts';
import { overlap, type Rect } from './geometry.ts';
import { dnsTrip, helloTrip, helloView, refusedTrip } from './hello-trip.fixture.ts';
import type { Scene } from './scene.ts';
import { labelBox, tagOf } from './tag.ts';

const say = ({ id, values }: { id: string; values: object }) => [id, ...Object.values(values)].join(' ');
const trips = [dnsTrip(), helloTrip()];
const DNAT = { exchange: 2, packet: 0, hop: 1, step: 4 };
const WIDTHS = [344, 390, 560, 876, 940, 1080];

function draw(state: Partial<MapState> = {}, width = 940) {
  return drawMap({ view: helloView, trips, place: DNAT, ...state }, width, say);
}

const ids = (elements: readonly MapElement[]) => elements.map(({ data }) => data.id);

describe('the network layer', () => {
  test('puts the client’s node first, and leaves out a node without a part in it', () => {
    const { cast } = draw();
    expect(cast.nodes.map(({ view }) => view.name)).toEqual(['node-1', 'node-2']);
    const answered = draw({ trips: [], place: undefined });
    expect(answered.cast.nodes.map(({ view }) => view.name)).toEqual(['node-1', 'node-2']);
  });

  test('turns with its width: left to right from 876 pixels, top to bottom below', () => {
    const [wide, tall] = [draw({}, 876).scene, draw({}, 875).scene];
    expect([wide.width, wide.height, wide.atlas.bridges]).toEqual([876, 396, 'y']);
    expect(tall.atlas.bridges).toBe('x');
    const phone = draw({}, 360).scene;
    expect([phone.width, phone.height > phone.width]).toEqual([360, true]);
  });

  test('runs the trip from pod to pod through both nodes, and never through the Service', () => {
    const { route } = draw();
    const stops = [route!.ends.from, ...route!.legs.map(({ to }) => to)].map((id) =>
      id!.replace(/^pod:.*\//, 'pod:'),
    );
    expect(stops).toEqual([
      'pod:client-6f4d5b7c9-k8x2v',
      'node:node-1',
      'card:node-1',
      'card:node-2',
      'node:node-2',
      'pod:hello-deployment-7c5ddbdf54-q9t4z',
    ]);
  });

  test('moves the traveller forwards only, and has it at the node’s decision point when the destination changes', () => {
    const { route } = draw();
    const places = route!.places.flat();
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(route!.places[1]![4]).toBe(route!.legs[0]!.length);
    expect(places.at(-1)).toBeCloseTo(route!.length);
  });

  test('leaves a cable out where the trip runs along it', () => {
    const still = ids(draw({ trips: [], place: undefined }).elements);
    const travelled = ids(draw().elements);
    const client = 'wire:hello-namespace/client-6f4d5b7c9-k8x2v';
    expect(still).toContain(client);
    expect(travelled).not.toContain(client);
    expect(travelled).toContain('wire:outside');
  });

  test('draws the reply hollow, over the pale way of the question', () => {
    const { elements, tone } = draw({ place: { exchange: 2, packet: 1, hop: 0, step: 0 } });
    expect(tone).toBe('reply');
    expect(ids(elements)).toEqual(expect.arrayContaining(['ghost:0', 'done:0', 'core:0']));
  });

  test('draws a refusal in red dashes on its way back', () => {
    const { tone, route } = draw({
      trips: [refusedTrip()],
      place: { exchange: 3, packet: 1, hop: 0, step: 0 },
    });
    expect(tone).toBe('blocked');
    expect(route!.ends).toEqual({ from: 'node:node-1', to: 'pod:hello-namespace/client-6f4d5b7c9-k8x2v' });
    expect(dashOf(route!.legs[0]!, 30, 'blocked')).toBe('10 7 10 100000');
  });

  test('keeps the map still while the learner goes from one exchange to the other', () => {
    const zones = (exchange: number) =>
      JSON.stringify(draw({ place: { exchange, packet: 0, hop: 0, step: 0 } }).scene.zones);
    expect(zones(1)).toBe(zones(2));
  });
});

describe('the Kubernetes layer', () => {
  test('runs the trip through the Service to the endpoint that was chosen', () => {
    const { route } = draw({ layer: 'kubernetes' });
    expect(route!.legs.map(({ to }) => to)).toEqual([
      'service:hello-namespace/hello-service',
      'pod:hello-namespace/hello-deployment-7c5ddbdf54-q9t4z',
    ]);
    expect(route!.places[1]![4]).toBe(route!.legs[0]!.length);
  });

  test('ends at the Service when nobody is behind it, and the refusal sets out from there', () => {
    const at = (packet: number) =>
      draw({ layer: 'kubernetes', trips: [refusedTrip()], place: { exchange: 3, packet, hop: 0, step: 0 } });
    expect(at(0).route!.ends.to).toBe('service:hello-namespace/hello-service');
    expect(at(1).route!.ends.from).toBe('service:hello-namespace/hello-service');
  });
});

describe('in words', () => {
  test('the map tells who is where and how far the packet has come', () => {
    const { cast, names } = draw();
    const text = describeMap(cast, DNAT, 'network', names, say);
    expect(text).toContain('client 100.96.1.2');
    expect(text).toContain('graph.text.changed 100.64.13.37:80 100.96.2.3:8080');
  });

  test('the traveller’s tag holds the old destination and the new', () => {
    expect(tagOf(helloTrip().exchange.packets[0]!.trace, 'out', DNAT)).toEqual({
      side: 'destination',
      before: '100.64.13.37:80',
      now: '100.96.2.3:8080',
    });
  });
});

/** Clusters of one to three nodes with up to thirty pods, and the hand-made trip in them or not. */
const clusters = fc
  .record({
    pods: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 26 }),
    states: fc.array(fc.constantFrom('Pending', 'CrashLoopBackOff', 'Terminating', 'hostNetwork'), {
      maxLength: 6,
    }),
    services: fc.integer({ min: 0, max: 5 }),
    travelling: fc.boolean(),
    layer: fc.constantFrom('network' as const, 'kubernetes' as const),
    width: fc.constantFrom(...WIDTHS),
  })
  .map(({ pods, states, services, travelling, layer, width }) => ({
    view: withServices(withStates(withPods(pods), states), services),
    trips: travelling ? trips : [],
    layer,
    width,
  }));

function withPods(nodes: readonly number[]): ClusterView {
  const names = ['node-1', 'node-2', 'control-plane'];
  const more = nodes.map((node, index): PodView => {
    const name = `web-app-6d786448cf-x${String(index).padStart(4, '0')}`;
    return {
      ...helloView.pods[1]!,
      name,
      netns: `default/${name}`,
      namespace: 'default',
      node: names[node]!,
      ip: `100.96.${(node + 1) % 3}.${index + 20}`,
      veth: `veth${index + 9}`,
    };
  });
  return { ...helloView, pods: [...helloView.pods, ...more] };
}

/** Pods that are not simply running, each in its own way. */
function withStates(view: ClusterView, states: readonly string[]): ClusterView {
  const more = states.map((status, index): PodView => {
    const { netns: _netns, node: _node, ip: _ip, veth: _veth, ...plain } = helloView.pods[1]!;
    const pod = { ...plain, namespace: 'default', name: `odd-one-out-${index}`, ready: false, status };
    if (status === 'Pending') return pod;
    if (status === 'hostNetwork')
      return {
        ...pod,
        status: 'Running',
        ready: true,
        hostNetwork: true,
        node: 'node-1',
        netns: 'node-1',
        ip: '10.0.0.11',
      };
    return {
      ...pod,
      node: 'node-2',
      netns: `default/${pod.name}`,
      ip: `100.96.2.${index + 90}`,
      veth: `veth${index + 50}`,
    };
  });
  return { ...view, pods: [...view.pods, ...more] };
}

function withServices(view: ClusterView, count: number): ClusterView {
  const own = view.services.find(({ name }) => name === 'hello-service')!;
  const more = Array.from({ length: count }, (_, index) => ({
    ...own,
    name: `another-service-${index}`,
    clusterIP: `100.64.200.${index + 10}`,
    type: index % 2 ? 'NodePort' : 'ClusterIP',
  }));
  return { ...view, services: [...view.services, ...more] };
}

function inside(scene: Scene, { x, y, width, height }: Rect): boolean {
  return x >= -1 && y >= -1 && x + width <= scene.width + 1 && y + height <= scene.height + 1;
}

describe('for clusters of any size', () => {
  const scene = (cluster: {
    view: ClusterView;
    trips: readonly Trip[];
    layer: 'network' | 'kubernetes';
    width: number;
  }) => drawMap({ ...cluster, ...(cluster.trips.length > 0 ? { place: DNAT } : {}) }, cluster.width, say);

  test('everything is on the map, and no two stops share a place', () => {
    fc.assert(
      fc.property(clusters, (cluster) => {
        const { scene: drawn, elements } = scene(cluster);
        for (const stop of drawn.stops)
          expect(inside(drawn, { x: stop.x - 10, y: stop.y - 10, width: 20, height: 20 })).toBe(true);
        const places = drawn.stops.map(({ x, y }) => `${x} ${y}`);
        expect(new Set(places).size).toBe(places.length);
        expect(JSON.stringify(elements)).not.toMatch(/null|NaN/);
        expect(new Set(ids(elements)).size).toBe(elements.length);
      }),
    );
  });

  test('names and addresses do not cover each other', () => {
    fc.assert(
      fc.property(clusters, (cluster) => {
        const { labels } = scene(cluster).scene;
        const boxes = labels.map((label) => ({ id: label.id, ...labelBox(label), height: 14 }));
        const clashes = boxes.flatMap((a, index) =>
          boxes.slice(index + 1).flatMap((b) => (overlap(a, b) > 60 ? [`${a.id} ${b.id}`] : [])),
        );
        expect(clashes).toEqual([]);
      }),
    );
  });

  test('every pod on a trip is shown, however many there are', () => {
    fc.assert(
      fc.property(clusters, (cluster) => {
        fc.pre(cluster.trips.length > 0);
        const { route, scene: drawn } = scene(cluster);
        const stops = new Set(drawn.stops.map(({ id }) => id));
        for (const leg of route!.legs) expect([stops.has(leg.from), stops.has(leg.to)]).toEqual([true, true]);
      }),
    );
  });
});
