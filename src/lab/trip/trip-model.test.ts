import { describe, expect, test } from 'vitest';
import { dnsTrip, droppedTrip, helloTrip, helloView, refusedTrip } from '../../graph/hello-trip.fixture.ts';
import { moved, placesOf, rowsOf, startOf } from './exchanges.ts';
import { tripModel } from './trip-model.ts';

const trips = [dnsTrip(), helloTrip()];
const at = (exchange: number, packet: number, hop: number, step: number) => ({ exchange, packet, hop, step });
/** node-1 rewrites the destination of the first SYN. */
const DNAT = at(2, 0, 1, 4);

function model(place: Parameters<typeof tripModel>[1], of = trips) {
  const found = tripModel(of, place, helloView);
  if (!found) throw new Error('no trip');
  return found;
}

describe('moving along trips', () => {
  test('a learner starts at the first step of the last request', () => {
    expect(startOf(trips)).toEqual(at(2, 0, 0, 0));
    expect(tripModel([], undefined)).toBeUndefined();
  });

  test('the step after a packet’s last is the next packet’s first, and back again', () => {
    const last = placesOf(trips[1]!)
      .filter(({ packet }) => packet === 0)
      .at(-1)!;
    expect(moved(trips, last, 1)).toEqual(at(2, 1, 0, 0));
    expect(moved(trips, at(2, 1, 0, 0), -1)).toEqual(last);
  });

  test('the step before the request is the last one of the DNS reply', () => {
    const before = moved(trips, at(2, 0, 0, 0), -1);
    expect(before).toEqual(placesOf(trips[0]!).at(-1));
    expect(moved(trips, before, 1)).toEqual(at(2, 0, 0, 0));
  });

  test('walking forwards through everything and backwards again visits every step once', () => {
    const all = trips.flatMap(placesOf);
    let place = all[0]!;
    for (const expected of all.slice(1)) {
      place = moved(trips, place, 1);
      expect(place).toEqual(expected);
    }
    expect(moved(trips, place, 1)).toEqual(place);
    for (const expected of [...all].reverse().slice(1)) {
      place = moved(trips, place, -1);
      expect(place).toEqual(expected);
    }
    expect(moved(trips, place, -1)).toEqual(place);
  });

  test('a place that is no more leads to the start', () => {
    expect(model(at(99, 0, 0, 0)).place).toEqual(at(2, 0, 0, 0));
  });

  test('exchanges that a server caused follow it, one level deeper', () => {
    const proxied = { ...helloTrip(), caused: [dnsTrip()] };
    expect(rowsOf([proxied]).map(({ trip, depth }) => [trip.exchange.id, depth])).toEqual([
      [2, 0],
      [1, 1],
    ]);
  });
});

describe('the strip of an answered request', () => {
  const { strip, rows, where, packets } = model(DNAT);

  test('has a station for each namespace and one for the wire', () => {
    expect(strip.columns.map(({ name, station }) => [name, station.kind])).toEqual([
      ['client', 'pod'],
      ['node-1', 'node'],
      ['10.0.0.0/24', 'wire'],
      ['node-2', 'node'],
      ['hello-q9t4z', 'pod'],
    ]);
    expect(where).toEqual({ id: 'trip.where', values: { name: 'node-1', number: 2, of: 5 } });
  });

  test('is travelled as far as the learner has come', () => {
    expect(strip.columns.map(({ state }) => state)).toEqual(['past', 'now', 'ahead', 'ahead', 'ahead']);
    expect(strip.columns.map(({ out }) => out)).toEqual([
      ['none', 'done'],
      ['done', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'none'],
    ]);
    expect(strip.columns.map(({ back }) => back)).toEqual([
      ['none', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'none'],
    ]);
  });

  test('holds each address for as long as it is true, and stamps where it changes', () => {
    expect(strip.out.map(({ address, from, to, stamps }) => [address, from, to, stamps])).toEqual([
      ['100.64.13.37:80', 0, 3, [{ column: 1, text: 'DNAT', undo: false }]],
      ['100.96.2.3:8080', 3, 10, []],
    ]);
    expect(strip.back.map(({ address, from, to, stamps }) => [address, from, to, stamps])).toEqual([
      ['100.96.2.3:8080', 3, 10, [{ column: 1, text: 'DNAT', undo: true }]],
      ['100.64.13.37:80', 0, 3, []],
    ]);
  });

  test('lists both exchanges, and the packets of the open one', () => {
    expect(rows.map(({ bullet, tone, open, destination }) => [bullet, tone, open, destination])).toEqual([
      ['DNS', 'dns', false, '100.64.0.10:53'],
      ['TCP', 'tcp', true, '100.64.13.37:80'],
    ]);
    expect(packets.map(({ label, direction, current }) => [label, direction, current])).toEqual([
      ['SYN', 'out', true],
      ['SYN,ACK', 'back', false],
      ['GET /', 'out', false],
      ['200 OK', 'back', false],
    ]);
  });

  test('on the way back the out track is done and the reply fills from the right', () => {
    const { strip: back, where: there } = model(at(2, 1, 1, 0));
    expect(there.values).toEqual({ name: 'node-2', number: 2, of: 5 });
    expect(back.columns.map(({ out }) => out.includes('ahead'))).toEqual([false, false, false, false, false]);
    expect(back.columns.map(({ back: halves }) => halves)).toEqual([
      ['none', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'ahead'],
      ['ahead', 'done'],
      ['done', 'none'],
    ]);
    expect(back.columns.map(({ state }) => state)).toEqual(['past', 'past', 'past', 'now', 'past']);
  });
});

describe('the strip of a request that failed', () => {
  test('a refusal travels back from the node that refused, and no address is shown beyond it', () => {
    const { strip, rows } = model(at(3, 0, 1, 0), [refusedTrip()]);
    expect(strip.columns.map(({ state }) => state)).toEqual(['past', 'refused']);
    expect(strip.refusal).toBe(true);
    expect(strip.columns.map(({ back }) => back)).toEqual([
      ['none', 'ahead'],
      ['ahead', 'none'],
    ]);
    expect(strip.out.map(({ from, to }) => [from, to])).toEqual([[0, 3]]);
    expect(strip.reply).toEqual({ id: 'trip.refusal.icmp', values: { type: '3', code: '3' } });
    expect(rows[0]!.verdict).toEqual({
      ending: 'refused',
      message: { id: 'trip.verdict.failed', values: { errno: 'ECONNREFUSED' } },
    });
  });

  test('a dropped packet leaves the stations that it would have come to, and no way back', () => {
    const { strip, rows } = model(at(4, 0, 2, 0), [droppedTrip()]);
    expect(strip.columns.map(({ name, state }) => [name, state])).toEqual([
      ['client', 'past'],
      ['node-1', 'past'],
      ['10.0.0.0/24', 'past'],
      ['node-2', 'lost'],
      ['hello-q9t4z', 'never'],
    ]);
    expect(strip.columns.map(({ out }) => out[1])).toEqual(['done', 'done', 'done', 'none', 'none']);
    expect(strip.columns[4]!.out[0]).toBe('never');
    expect(strip.columns.flatMap(({ back }) => back)).not.toContain('ahead');
    expect(strip.out.at(-1)).toMatchObject({ address: '100.96.2.3:8080', to: 7 });
    expect(strip.retries).toEqual([1, 3]);
    expect(rows[0]).toMatchObject({ tone: 'blocked', verdict: { ending: 'lost' } });
  });
});

describe('the hop card', () => {
  const { card } = model(DNAT);

  test('numbers the steps and says what each one did', () => {
    expect(card.steps.map(({ number, message }) => [number, message.id])).toEqual([
      [1, 'trip.step.receive'],
      [2, 'trip.step.bridge.up'],
      [3, 'trip.step.conntrack'],
      [4, 'trip.step.table.draw'],
      [5, 'trip.step.nat.dnat'],
      [6, 'trip.step.route.way'],
      [7, 'trip.step.table.nothing'],
      [8, 'trip.step.neighbour.cached'],
      [9, 'trip.step.transmit'],
    ]);
    expect(card.steps[3]!.message.values).toMatchObject({ rule: 2, of: 3, drawn: 0.31 });
    expect(card.steps[4]).toMatchObject({ current: true, stamp: { text: 'DNAT', undo: false } });
  });

  test('opens the node: its hooks in the order of the kernel, with the table that changed the packet stamped', () => {
    expect(card.section.map(({ name, state }) => [name, state])).toEqual([
      ['veth1', 'past'],
      ['cni0', 'past'],
      ['PREROUTING', 'now'],
      ['trip.stage.routing', 'ahead'],
      ['FORWARD', 'ahead'],
      ['trip.stage.neighbour', 'ahead'],
      ['eth0', 'ahead'],
    ]);
    expect(card.section[2]!.parts).toMatchObject([
      { name: 'conntrack', state: 'past' },
      { name: 'nat', state: 'now', stamp: { text: 'DNAT', undo: false } },
    ]);
    expect(model(at(2, 0, 0, 0)).card.section).toEqual([]);
  });

  test('proves the choice with the chain of chains, the rule as iptables prints it, and each draw', () => {
    const { proof } = card.steps[3]!;
    expect(proof!.path.map(({ chain }) => chain)).toEqual([
      'PREROUTING',
      'KUBE-SERVICES',
      'KUBE-SVC-BMS7TTZGRMITTABD',
    ]);
    expect(
      proof!.path
        .at(-1)!
        .pieces.map(({ text }) => text)
        .join(' '),
    ).toBe(
      '-A KUBE-SVC-BMS7TTZGRMITTABD -m comment --comment "hello-namespace/hello-service -> 100.96.2.3:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-CL3DJGAL77IC4PYY',
    );
    expect(
      proof!.path
        .at(-1)!
        .pieces.filter(({ strong }) => strong)
        .map(({ text }) => text),
    ).toEqual(['--probability 0.50000000000', '-j KUBE-SEP-CL3DJGAL77IC4PYY']);
    expect(proof!.draws.map(({ number, of, drawn, result }) => [number, of, drawn, result])).toEqual([
      [1, 3, 0.78, 'passed'],
      [2, 3, 0.31, 'taken'],
      [3, 3, undefined, 'unseen'],
    ]);
    expect(proof!.draws.map(({ probability }) => Math.round(probability * 100))).toEqual([33, 50, 100]);
  });

  test('shows the label before and after the step, and the line of YAML behind it', () => {
    expect(card.label.map(({ id, before, after, changed }) => [id, before, after, changed])).toEqual([
      ['label.source', '100.96.1.2:41830', '100.96.1.2:41830', false],
      ['label.destination', '100.64.13.37:80', '100.96.2.3:8080', true],
      ['label.ttl', '64', '64', false],
    ]);
    expect(card.origin).toMatchObject({
      object: 'Service hello-service',
      field: 'spec.ports[0].targetPort',
      source: { line: 11 },
    });
    expect(
      card.layers.map(({ name, fields }) => [
        name,
        fields.filter(({ changed }) => changed).map(({ id }) => id),
      ]),
    ).toEqual([
      ['Ethernet', []],
      ['IPv4', ['ip.destination']],
      ['TCP', ['tcp.destinationPort']],
    ]);
  });

  test('lowers the TTL where the node routes', () => {
    expect(model(at(2, 0, 1, 5)).card.label.find(({ id }) => id === 'label.ttl')).toMatchObject({
      before: '64',
      after: '63',
      changed: true,
    });
  });

  test('a rule that refuses is shown wherever the learner stands in the hop', () => {
    const { card: refused } = model(at(3, 0, 1, 0), [refusedTrip()]);
    const proof = refused.steps.at(-1)!.proof!;
    expect(proof.path.map(({ chain }) => chain)).toEqual(['FORWARD', 'KUBE-SERVICES']);
    expect(proof.path.at(-1)!.pieces.at(-2)).toEqual({ text: '-j REJECT', strong: true });
  });
});

describe('the ruler', () => {
  test('has a tick a step of the packet, hops as brackets, and knows where the learner is', () => {
    const { ruler } = model(DNAT);
    expect(ruler.total).toBe(22);
    expect(ruler.value).toBe(9);
    expect(ruler.hops.map(({ name, from, to, current }) => [name, from, to, current])).toEqual([
      ['client', 1, 4, false],
      ['node-1', 5, 13, true],
      ['node-2', 14, 20, false],
      ['hello-q9t4z', 21, 22, false],
    ]);
    expect(ruler.ticks.filter(({ stamp }) => stamp)).toHaveLength(1);
  });
});
