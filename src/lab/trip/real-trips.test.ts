import { beforeAll, describe, expect, test } from 'vitest';
import { drawMap } from '../../graph/draw.ts';
import { createTranslator } from '../../i18n/index.ts';
import { graph } from '../../i18n/messages/graph.ts';
import { traceflow } from '../../i18n/messages/traceflow.ts';
import { trip as words } from '../../i18n/messages/trip.ts';
import { playLab } from '../play-lab.ts';
import type { Trip } from '../protocol.ts';
import { placesOf, rowsOf, startOf } from './exchanges.ts';
import { type TripModel, tripModel } from './trip-model.ts';

const hello = (port: string, replicas: number, type = 'ClusterIP') => `apiVersion: v1
kind: Service
metadata: {name: hello}
spec:
  type: ${type}
  selector: {app: hello}
  ports: [{port: 80, targetPort: ${port}${type === 'NodePort' ? ', nodePort: 30080' : ''}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: hello}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: hello}}
  template:
    metadata: {labels: {app: hello}}
    spec: {containers: [{name: hello, image: 'gcr.io/google-samples/hello-app:1.0', ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: tools, image: 'nicolaka/netshoot:v0.13', command: [sleep, infinity]}]}
`;

const fromPod = 'kubectl exec client -- curl -s -m 5 http://hello';
const fromOutside = 'curl -s -m 5 http://10.0.0.11:30080';

async function play(manifest: string, line: string) {
  const file = { name: 'hello.yaml', text: manifest };
  return await playLab({ goals: [], files: [file], setup: [], solutionFiles: [], solution: [] }, [line]);
}

const scenes: Record<string, { readonly manifest: string; readonly line: string }> = {
  'a request that is answered': { manifest: hello('8080', 3), line: fromPod },
  'a Service with nobody behind it': { manifest: hello('8080', 0), line: fromPod },
  'a port where nobody listens': { manifest: hello('9999', 2), line: fromPod },
  'a port that the Service does not have': { manifest: hello('8080', 2), line: `${fromPod}:81` },
  'a request from outside by a NodePort': { manifest: hello('8080', 2, 'NodePort'), line: fromOutside },
  'many pods': { manifest: hello('8080', 24), line: fromPod },
};

describe.each(Object.entries(scenes))('%s', (_name, { manifest, line }) => {
  let trips: readonly Trip[];
  let view: Parameters<typeof tripModel>[2];
  const models: TripModel[] = [];

  beforeAll(async () => {
    const played = await play(manifest, line);
    trips = played.trips;
    view = played.view;
    models.push(
      ...rowsOf(trips)
        .flatMap(({ trip }) => placesOf(trip))
        .map((place) => tripModel(trips, place, view)!),
    );
  });

  test('can be walked step by step, each in its place', () => {
    expect(models.length).toBeGreaterThan(10);
    for (const { place, strip, ruler, card } of models) {
      expect(strip.hereColumn).toBeGreaterThanOrEqual(0);
      expect(strip.columns[strip.hereColumn]!.here).toBe(true);
      expect(ruler.ticks[ruler.value - 1]!.place).toEqual(place);
      expect(card.steps.filter(({ current }) => current).map((step) => step.place)).toEqual([place]);
    }
  });

  test('shows an address everywhere on each way, and a stamp wherever it changes', () => {
    for (const { strip } of models) {
      for (const ribbons of [strip.out, strip.back]) {
        const fields = new Set(ribbons.map(({ field }) => field));
        for (const field of fields) {
          const row = ribbons.filter((ribbon) => ribbon.field === field).sort((a, b) => a.from - b.from);
          row.slice(1).forEach((ribbon, index) => {
            expect(ribbon.from).toBe(row[index]!.to);
          });
          expect(row.flatMap(({ stamps }) => stamps)).toHaveLength(row.length - 1);
        }
      }
    }
  });

  test('words every step in both languages', () => {
    for (const locale of ['es', 'en'] as const) {
      const say = createTranslator(locale, words, traceflow, graph);
      const unworded = models.flatMap(({ card, where, what }) =>
        [
          where,
          what,
          card.title,
          ...card.steps.flatMap(({ message, meanings }) => [message, ...meanings]),
        ].filter((message) => {
          const text = say(message);
          return text === message.id || /[{}]/.test(text);
        }),
      );
      expect([...new Set(unworded.map(({ id }) => id))]).toEqual([]);
    }
  });

  test('lies on the map, on both layers and in both forms', () => {
    for (const layer of ['network', 'kubernetes'] as const) {
      for (const width of [360, 940]) {
        for (const { trip } of rowsOf(trips)) {
          trip.exchange.packets.forEach((_packet, packet) => {
            const place = { exchange: trip.exchange.id, packet, hop: 0, step: 0 };
            const { route, elements } = drawMap({ view: view!, trips, place, layer }, width, ({ id }) => id);
            const places = route!.places.flat();
            expect([...places].sort((a, b) => a - b)).toEqual(places);
            expect(places.every((along) => along >= 0 && along <= route!.length + 0.01)).toBe(true);
            expect(JSON.stringify(elements)).not.toMatch(/null|NaN/);
          });
        }
      }
    }
  });
});

describe('a reply that takes another road than the question', () => {
  const pinned = (name: string, node: string, container: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {nodeName: ${node}, containers: [${container}]}
`;
  const manifest = [
    pinned('client', 'node-1', "{name: tools, image: 'nicolaka/netshoot:v0.13', command: [sleep, infinity]}"),
    pinned('hello', 'node-2', "{name: hello, image: 'gcr.io/google-samples/hello-app:1.0'}"),
  ].join('---\n');
  const line =
    'ssh node-2 ip route del 100.96.1.0/24; kubectl exec client -- curl -s -m 3 $(kubectl get pod hello -o jsonpath={.status.podIP}):8080';

  test('is drawn beside the question, as far as it got', async () => {
    const { trips, view } = await play(manifest, line);
    const back = { ...startOf(trips)!, packet: 1 };
    const { strip, where } = tripModel(trips, back, view)!;
    expect(strip.columns.map(({ name, ways, state }) => [name, ways, state])).toEqual([
      ['client', 'both', 'past'],
      ['node-1', 'both', 'past'],
      ['gateway', 'back', 'lost'],
      ['10.0.0.0/24', 'both', 'past'],
      ['node-2', 'both', 'past'],
      ['hello', 'both', 'now'],
    ]);
    expect(strip.columns.map(({ back: halves }) => halves.join(' '))).toEqual([
      'none none',
      'none none',
      'none ahead',
      'ahead ahead',
      'ahead ahead',
      'ahead none',
    ]);
    expect(strip.back.map(({ from, to }) => [from, to])).toEqual([[5, 12]]);
    expect(where.values).toMatchObject({ name: 'hello', number: 1 });
  });
});
