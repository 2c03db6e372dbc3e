import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFib, type Route, routeFor, routeText } from './fib.ts';
import { parseIpv4, parsePrefix, prefixContains } from './ipv4.ts';
import type { Packet } from './packet.ts';
import { createTestNetwork } from './testing.ts';

const route = (destination: string, device: string, metric = 0): Route => ({
  prefix: parsePrefix(destination)!,
  type: 'unicast',
  device,
  scope: 'link',
  protocol: 'boot',
  metric,
  onlink: false,
  table: 'main',
});

describe('routes', () => {
  test('the longest prefix wins, as a walk over all of them would say', () => {
    const prefix = fc
      .tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }))
      .map(
        ([base, length]) => `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join('.')}/${length}`,
      );
    fc.assert(
      fc.property(fc.array(prefix, { maxLength: 30 }), fc.nat(0xffffffff), (prefixes, address) => {
        const fib = createFib();
        const routes = prefixes
          .map((text, place) => route(text, `eth${place}`))
          .filter((one) => fib.add(one));
        const best = routes
          .filter((one) => prefixContains(one.prefix, address))
          .sort((a, b) => b.prefix.length - a.prefix.length)[0];
        expect(fib.find(address)).toBe(best);
      }),
    );
  });

  test('of two routes to one network the lower metric wins', () => {
    const fib = createFib();
    fib.add(route('10.0.0.0/8', 'slow', 100));
    fib.add(route('10.0.0.0/8', 'fast', 10));
    expect(fib.find(parseIpv4('10.1.1.1')!)?.device).toBe('fast');
    expect(fib.add(route('10.0.0.0/8', 'again', 10))).toBe(false);
  });

  test('an address brings its local, broadcast and network routes, and takes them with it', () => {
    const network = createTestNetwork();
    const netns = network.addNetns('node');
    netns.addLink('eth0', { kind: 'dummy' });
    netns.addAddress('eth0', '10.0.0.11/24');
    expect(netns.routes().map(({ text }) => text)).toEqual([
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.11',
    ]);
    expect(netns.routes('local').map(({ text }) => text)).toEqual([
      'local 10.0.0.11 dev eth0 table local proto kernel scope host src 10.0.0.11',
      'broadcast 10.0.0.255 dev eth0 table local proto kernel scope link src 10.0.0.11',
      'local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1',
      'local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1',
      'broadcast 127.255.255.255 dev lo table local proto kernel scope link src 127.0.0.1',
    ]);
    netns.deleteAddress('eth0', '10.0.0.11/24');
    expect(netns.routes()).toEqual([]);
  });

  test('ip route prints a route as iproute2 does', () => {
    const base = route('10.244.2.0/24', 'flannel.1');
    expect(routeText({ ...base, via: '10.244.2.0', scope: 'global', onlink: true })).toBe(
      '10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink',
    );
    expect(routeText({ ...base, prefix: parsePrefix('10.244.1.5')!, scope: 'host', device: 'veth1' })).toBe(
      '10.244.1.5 dev veth1 scope host',
    );
    expect(
      routeText({
        ...base,
        prefix: { network: 0, length: 0 },
        via: '10.0.0.1',
        scope: 'global',
        device: 'eth0',
        metric: 100,
      }),
    ).toBe('default via 10.0.0.1 dev eth0 metric 100');
    expect(routeText({ ...base, type: 'unreachable', device: 'lo', scope: 'global' })).toBe(
      'unreachable 10.244.2.0/24',
    );
  });

  test('of several next hops each flow keeps to one, and many flows use them all', () => {
    const several: Route = {
      ...route('203.0.113.1', 'eth0'),
      nexthops: ['10.0.0.11', '10.0.0.12', '10.0.0.13'],
    };
    const flow = (sourcePort: number): Packet => ({
      ip: { source: '198.51.100.10', destination: '203.0.113.1', ttl: 64 },
      transport: { protocol: 'tcp', sourcePort, destinationPort: 80, flags: ['SYN'] },
    });
    const taken = Array.from({ length: 300 }, (_, port) => routeFor(several, flow(40_000 + port))?.via);
    expect(taken).toEqual(taken.map((_, port) => routeFor(several, flow(40_000 + port))?.via));
    const counts = several.nexthops!.map((via) => taken.filter((each) => each === via).length);
    for (const count of counts) expect(count).toBeGreaterThan(60);
    expect(routeText(several)).toContain(' \n\tnexthop via 10.0.0.12 dev eth0 weight 1');
  });

  test.each([
    [{ destination: 'nonsense' }, 'Error: any valid prefix is expected rather than "nonsense".'],
    [{ destination: '10.9.0.0/16', via: '192.168.5.1' }, 'Error: Nexthop has invalid gateway.'],
    [{ destination: '10.9.0.0/16', device: 'eth7' }, 'Cannot find device "eth7"'],
    [{ destination: '10.0.0.0/24', device: 'eth0' }, 'RTNETLINK answers: File exists'],
  ])('%j is refused as the kernel refuses it', (spec, message) => {
    const netns = createTestNetwork().addNetns('node');
    netns.addLink('eth0', { kind: 'dummy' });
    netns.addAddress('eth0', '10.0.0.11/24');
    expect(netns.addRoute(spec)).toMatchObject({ ok: false, message });
  });
});
