import { describe, expect, test } from 'vitest';
import { capture } from './capture.ts';
import type { Exchange } from './exchange.ts';
import type { Packet, TcpHeader } from './packet.ts';
import { createTestNetwork, createTwoNodes, loadRules, outcomeOf, printExchange } from './testing.ts';
import type { Step } from './trace.ts';

const at = (address: string, port = 8080) => ({ address, port });
const syn = (destination: string, port = 80): Packet => ({
  ip: { source: '10.244.1.3', destination, ttl: 64 },
  transport: { protocol: 'tcp', sourcePort: 40_000, destinationPort: port, flags: ['SYN'] },
});
const labels = (exchange: Exchange) => exchange.packets.map(({ label }) => label);
const hops = (exchange: Exchange, packet = 0) =>
  exchange.packets[packet]!.trace.hops.map(({ netns }) => netns);
const steps = (exchange: Exchange, packet: number, netns: string): Step[] =>
  exchange.packets[packet]!.trace.hops.filter((hop) => hop.netns === netns).flatMap((hop) => [...hop.steps]);
const kinds = (exchange: Exchange, packet: number, netns: string) =>
  steps(exchange, packet, netns).map(({ kind }) => kind);

const SERVICE = `*nat
:KUBE-SERVICES - [0:0]
:KUBE-MARK-MASQ - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A OUTPUT -j KUBE-SERVICES
-A KUBE-SERVICES -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.2.2:8080
-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m udp --dport 80 -j DNAT --to-destination 10.244.2.2:8080
-A KUBE-SERVICES -d 10.96.0.11/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.2.77:8080
-A KUBE-SERVICES -d 10.96.0.12/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.2:8080
-A KUBE-SERVICES -d 10.96.0.13/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.2.2:81
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A POSTROUTING -s 10.244.1.2/32 -d 10.244.1.2/32 -j MASQUERADE --random-fully
-A POSTROUTING ! -s 10.244.0.0/16 -d 10.244.0.0/16 -j MASQUERADE --random-fully
COMMIT
`;

describe('a request', () => {
  test('between pods of one node is switched by the bridge, and the TTL stays', () => {
    const network = createTwoNodes();
    const exchange = network.ask({ netns: 'b', destination: at('10.244.1.2') });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe('a <- 10.244.1.3');
    expect(hops(exchange)).toEqual(['b', 'node-1', 'a']);
    expect(kinds(exchange, 1, 'node-1')).toEqual(['receive', 'bridge', 'transmit']);
    expect(exchange.packets[0]!.trace.hops.at(-1)!.steps.at(-1)!.packet.ip.ttl).toBe(64);
    expect(labels(exchange)).toEqual([
      'SYN',
      'SYN,ACK',
      'ACK',
      'GET /',
      '200 OK',
      'FIN,ACK',
      'FIN,ACK',
      'ACK',
    ]);
  });

  test('between nodes is routed twice', () => {
    const exchange = createTwoNodes().ask({ netns: 'b', destination: at('10.244.2.2') });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe('c <- 10.244.1.3');
    expect(hops(exchange)).toEqual(['b', 'node-1', 'node-2', 'c']);
    expect(exchange.packets[0]!.trace.hops.at(-1)!.steps.at(-1)!.packet.ip.ttl).toBe(62);
  });

  test('to an address of its own stays in its namespace and goes through lo', () => {
    const exchange = createTwoNodes().ask({ netns: 'a', destination: at('10.244.1.2') });
    expect(outcomeOf(exchange)).toBe('a <- 10.244.1.2');
    expect(hops(exchange)).toEqual(['a']);
    expect(kinds(exchange, 0, 'a')).toEqual([
      'originate',
      'route',
      'transmit',
      'receive',
      'route',
      'deliver',
    ]);
  });

  test.each([
    ['a port where nobody listens', '10.244.2.2', 81, 'ECONNREFUSED', '10.244.2.2', 1],
    [
      'an address that nobody has, on its own network',
      '10.244.1.99',
      80,
      'EHOSTUNREACH',
      '10.244.1.3',
      3_000,
    ],
    ['an address that nobody has, on another node', '10.244.2.99', 80, 'EHOSTUNREACH', '10.0.0.12', 3_000],
    ['a network that the router does not know', '192.0.2.1', 80, 'ENETUNREACH', '10.0.0.1', 1],
  ])('to %s fails with the error of whoever noticed', (_what, address, port, errno, from, ms) => {
    const exchange = createTwoNodes().ask({ netns: 'b', destination: at(address, port) });
    expect(exchange.outcome, printExchange(exchange)).toEqual({ kind: 'failed', errno, from });
    expect(Math.round(exchange.elapsedMs / 1000)).toBe(Math.floor(ms / 1000));
  });

  test('without any route fails before a packet is made', () => {
    const network = createTwoNodes();
    network.netns('b')!.deleteRoute({ destination: 'default' });
    const exchange = network.ask({ netns: 'b', destination: at('10.244.2.2') });
    expect(exchange.outcome).toEqual({ kind: 'failed', errno: 'ENETUNREACH' });
    expect(exchange.packets[0]!.trace.disposition).toMatchObject({ kind: 'NO_ROUTE', netns: 'b' });
  });

  test('from an address that is not its own fails at once', () => {
    const exchange = createTwoNodes().ask({
      netns: 'b',
      destination: at('10.244.2.2'),
      source: '10.244.1.2',
    });
    expect(outcomeOf(exchange)).toBe('EADDRNOTAVAIL');
  });

  test('that nobody answers is sent again and again, and given up after 131 seconds', () => {
    const network = createTwoNodes();
    loadRules(network, 'node-1', '*filter\n-A FORWARD -j DROP\nCOMMIT\n');
    const { timeoutMs: _none, ...patient } = { netns: 'b', destination: at('10.244.2.2'), timeoutMs: 0 };
    const exchange = network.request({ ...patient, process: 'curl', protocol: 'tcp' });
    expect(exchange.outcome).toEqual({ kind: 'failed', errno: 'ETIMEDOUT' });
    expect(exchange.elapsedMs).toBe(131_000);
    expect(exchange.packets.map((packet) => Math.round(packet.at / 1000))).toEqual([
      0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67,
    ]);
  });

  test('a client that waits for two seconds only sees a timeout, and no error', () => {
    const network = createTwoNodes();
    loadRules(network, 'node-1', '*filter\n-A FORWARD -j DROP\nCOMMIT\n');
    const exchange = network.ask({ netns: 'b', destination: at('10.244.2.2'), connectTimeoutMs: 2_000 });
    expect(exchange.outcome).toEqual({ kind: 'timeout' });
    expect(exchange.elapsedMs).toBe(2_000);
  });

  test('a server that thinks for longer than the client waits loses it', () => {
    const network = createTwoNodes();
    network.listen('a', {
      protocol: 'tcp',
      address: '0.0.0.0',
      port: 90,
      process: 'slow',
      handler: () => ({ delayMs: 5_000 }),
    });
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.1.2', 90), timeoutMs: 3_000 }))).toBe(
      'timeout',
    );
    expect(
      network.ask({ netns: 'b', destination: at('10.244.1.2', 90), timeoutMs: 6_000 }).elapsedMs,
    ).toBeGreaterThan(5_000);
  });

  test('what a server asks of others on the way is kept as caused, in its own time', () => {
    const network = createTwoNodes();
    network.listen('a', {
      protocol: 'tcp',
      address: '0.0.0.0',
      port: 90,
      process: 'proxy',
      handler: ({ request }) => {
        const upstream = request({
          protocol: 'tcp',
          destination: at('10.244.2.2'),
          payload: { bytes: 1, summary: 'GET /', data: undefined },
        });
        return { payload: { bytes: 1, summary: outcomeOf(upstream), data: undefined } };
      },
    });
    const exchange = network.ask({ netns: 'b', destination: at('10.244.1.2', 90) });
    expect(exchange.outcome).toMatchObject({ kind: 'replied', payload: { summary: 'c <- 10.244.1.2' } });
    expect(exchange.caused).toMatchObject([{ client: { netns: 'a', process: 'proxy' } }]);
    expect(exchange.caused[0]!.startedAt).toBeGreaterThan(exchange.startedAt);
    expect(exchange.elapsedMs).toBeGreaterThan(exchange.caused[0]!.elapsedMs);
  });

  test('by UDP hears of a closed port, but not of an unreachable host', () => {
    const network = createTwoNodes();
    const ask = (address: string, port: number) =>
      network.ask({ netns: 'b', protocol: 'udp', destination: at(address, port), timeoutMs: 5_000 });
    expect(outcomeOf(ask('10.244.2.2', 8080))).toBe('c <- 10.244.1.3');
    expect(outcomeOf(ask('10.244.2.2', 53))).toBe('ECONNREFUSED');
    expect(outcomeOf(ask('10.244.2.99', 53))).toBe('timeout');
  });

  test('by ping is answered by the kernel that has the address', () => {
    const network = createTwoNodes();
    const exchange = network.ask({ netns: 'b', protocol: 'icmp', destination: at('10.244.2.2', 0) });
    expect(outcomeOf(exchange)).toBe('c <- 10.244.1.3');
    expect(labels(exchange)).toEqual(['echo request', 'echo reply']);
    expect(exchange.packets[1]!.trace.hops.at(-1)!.steps.at(-1)!.packet.ip.ttl).toBe(62);
  });

  test('with too small a TTL is answered by the router where it ran out', () => {
    const network = createTwoNodes();
    const exchange = network.ask({ netns: 'b', protocol: 'icmp', destination: at('10.244.2.2', 0), ttl: 2 });
    expect(exchange.outcome).toEqual({ kind: 'failed', errno: 'EHOSTUNREACH', from: '10.0.0.12' });
    expect(labels(exchange)).toEqual(['echo request', 'ICMP time exceeded']);
  });
});

describe('a routing loop', () => {
  test('ends when the TTL has run out', () => {
    const network = createTwoNodes();
    network.netns('node-1')!.addRoute({ destination: '203.0.113.0/24', via: '10.0.0.12' });
    network.netns('node-2')!.addRoute({ destination: '203.0.113.0/24', via: '10.0.0.11' });
    const exchange = network.ask({ netns: 'b', destination: at('203.0.113.1') });
    expect(outcomeOf(exchange)).toBe('EHOSTUNREACH');
    expect(exchange.packets[0]!.trace).toMatchObject({ disposition: { kind: 'TTL_EXCEEDED' } });
    expect(exchange.packets[0]!.trace.hops).toHaveLength(65);
  });
});

describe('address translation', () => {
  const withService = (options: Parameters<typeof createTwoNodes>[0] = {}) => {
    const network = createTwoNodes(options);
    loadRules(network, 'node-1', SERVICE);
    return network;
  };

  test('a Service address is translated once by a rule, then by the connection, and back for the replies', () => {
    const network = withService();
    const exchange = network.ask({ netns: 'b', destination: at('10.96.0.10', 80) });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe('c <- 10.244.1.3');
    const changes = exchange.packets.map((_, packet) =>
      steps(exchange, packet, 'node-1').flatMap((step) => (step.kind === 'nat' ? [step.change] : [])),
    );
    expect(changes.slice(0, 5)).toEqual([['dnat'], ['un-dnat'], ['dnat-again'], ['dnat-again'], ['un-dnat']]);
    expect(steps(exchange, 0, 'node-1').find((step) => step.kind === 'nat')).toMatchObject({
      rule: { chain: 'KUBE-SERVICES', number: 1 },
    });
    expect(
      steps(exchange, 3, 'node-1').filter((step) => step.kind === 'table' && step.table === 'nat'),
    ).toEqual([]);
    expect(network.netns('node-1')!.conntrack()).toMatchObject([
      {
        original: { destination: '10.96.0.10', destinationPort: 80 },
        reply: { source: '10.244.2.2', sourcePort: 8080 },
        dnat: true,
        snat: false,
        tcpState: 'TIME_WAIT',
        assured: true,
      },
    ]);
  });

  test('an ICMP error seems to come from the address that the client asked for', () => {
    const exchange = withService().ask({ netns: 'b', destination: at('10.96.0.11', 80) });
    expect(exchange.outcome, printExchange(exchange)).toEqual({
      kind: 'failed',
      errno: 'EHOSTUNREACH',
      from: '10.96.0.11',
    });
    const arrived = exchange.packets[1]!.trace.hops.at(-1)!.steps.at(-1)!.packet;
    expect(arrived.transport).toMatchObject({
      type: 3,
      code: 1,
      about: { ip: { source: '10.244.1.3', destination: '10.96.0.11' } },
    });
  });

  test('a refusal comes from the Service address, and leaves no connection behind', () => {
    const network = withService();
    expect(network.ask({ netns: 'b', destination: at('10.96.0.13', 80) }).outcome).toEqual({
      kind: 'failed',
      errno: 'ECONNREFUSED',
      from: '10.96.0.13',
    });
    expect(network.netns('node-1')!.conntrack()).toEqual([]);
  });

  test('a refusal by a machine that tracks connections itself leaves none behind either', () => {
    const network = withService();
    expect(outcomeOf(network.ask({ netns: 'gateway', destination: at('10.0.0.11', 81) }))).toBe(
      'ECONNREFUSED',
    );
    expect(network.netns('node-1')!.conntrack()).toEqual([]);
  });

  test.each([
    [{ hairpin: true }, 'a <- 10.244.1.1'],
    [{ hairpin: false }, 'timeout'],
    [{ hairpin: false, bridgeNf: false }, 'a <- 10.244.1.1'],
  ])('a pod that asks its own Service, with %j: %s', (options, expected) => {
    const exchange = withService(options).ask({ netns: 'a', destination: at('10.96.0.12', 80) });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe(expected);
  });

  test('without bridge-nf-call-iptables a reply on the same bridge is never translated back: the client refuses it', () => {
    const exchange = withService({ bridgeNf: false }).ask({
      netns: 'b',
      destination: at('10.96.0.12', 80),
      timeoutMs: 2_000,
    });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe('timeout');
    expect(labels(exchange)).toEqual(['SYN', 'SYN,ACK', 'RST', 'SYN', 'SYN,ACK', 'RST']);
    expect(exchange.packets[1]!.trace.disposition).toEqual({
      kind: 'NO_SOCKET',
      netns: 'b',
      answer: 'tcp-reset',
    });
  });

  test('masquerading takes the address of the outgoing device', () => {
    const network = withService();
    expect(outcomeOf(network.ask({ netns: 'node-1', destination: at('10.96.0.12', 80) }))).toBe(
      'a <- 10.244.1.1',
    );
    expect(outcomeOf(network.ask({ netns: 'node-1', destination: at('10.96.0.10', 80) }))).toBe(
      'c <- 10.0.0.11',
    );
  });

  test('two connections that would look the same to the server get different ports', () => {
    const network = withService();
    const direct = network.ask({ netns: 'b', destination: at('10.244.2.2'), sourcePort: 40_000 });
    const translated = network.ask({ netns: 'b', destination: at('10.96.0.10', 80), sourcePort: 40_000 });
    expect(direct.outcome).toMatchObject({ seenAs: { port: 40_000 } });
    expect(translated.outcome).toMatchObject({
      kind: 'replied',
      seenAs: { address: '10.244.1.3', port: expect.not.toSatisfy((port) => port === 40_000) },
    });
  });

  test('an established UDP flow keeps its translation after the rules have changed, until it is forgotten', () => {
    const network = withService();
    const ask = () =>
      outcomeOf(
        network.ask({ netns: 'b', protocol: 'udp', destination: at('10.96.0.10', 80), sourcePort: 5353 }),
      );
    expect(ask()).toBe('c <- 10.244.1.3');
    loadRules(
      network,
      'node-1',
      '*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -d 10.96.0.10/32 -p udp -m udp --dport 80 -j DNAT --to-destination 10.244.1.2:8080\nCOMMIT\n',
    );
    expect(ask()).toBe('c <- 10.244.1.3');
    expect(
      network.netns('node-1')!.conntrackDelete((entry) => entry.original.destination === '10.96.0.10'),
    ).toBe(1);
    expect(ask()).toBe('a <- 10.244.1.3');
    network.clock.now += 31_000;
    expect(network.netns('node-1')!.conntrack()).toEqual([]);
  });

  test('packets from 127.0.0.1 leave the machine only with route_localnet', () => {
    const network = createTwoNodes();
    loadRules(
      network,
      'node-1',
      '*nat\n-A OUTPUT -d 127.0.0.1/32 -p tcp --dport 30080 -j DNAT --to-destination 10.244.1.2:8080\n-A POSTROUTING -s 127.0.0.0/8 -o cni0 -j MASQUERADE\nCOMMIT\n',
    );
    const ask = () => network.ask({ netns: 'node-1', destination: at('127.0.0.1', 30080), timeoutMs: 500 });
    expect(ask().packets[0]!.trace.disposition).toEqual({
      kind: 'DROPPED',
      netns: 'node-1',
      reason: 'martian',
    });
    network.netns('node-1')!.setSysctl('net.ipv4.conf.all.route_localnet', '1');
    expect(outcomeOf(ask())).toBe('a <- 10.244.1.1');
  });
});

describe('filtering', () => {
  test.each([
    ['REJECT', 'ECONNREFUSED'],
    ['REJECT --reject-with icmp-host-prohibited', 'EHOSTUNREACH'],
    ['REJECT --reject-with icmp-net-unreachable', 'ENETUNREACH'],
    ['REJECT --reject-with tcp-reset', 'ECONNREFUSED'],
    ['DROP', 'timeout'],
  ])('-j %s looks like %s to the client', (target, errno) => {
    const network = createTwoNodes();
    loadRules(network, 'node-2', `*filter\n-A FORWARD -p tcp -d 10.244.2.2 -j ${target}\nCOMMIT\n`);
    const exchange = network.ask({ netns: 'b', destination: at('10.244.2.2'), timeoutMs: 500 });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe(errno);
  });

  test("a rule in OUTPUT of the client's own machine fails a datagram at once: not permitted", () => {
    const network = createTwoNodes();
    loadRules(network, 'b', '*filter\n-A OUTPUT -p udp -j DROP\nCOMMIT\n');
    expect(outcomeOf(network.ask({ netns: 'b', protocol: 'udp', destination: at('10.244.2.2') }))).toBe(
      'EPERM',
    );
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.2.2') }))).toBe('c <- 10.244.1.3');
  });

  test('a policy that lets only replies back in keeps others out', () => {
    const network = createTwoNodes();
    loadRules(
      network,
      'a',
      '*filter\n:INPUT DROP [0:0]\n-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\nCOMMIT\n',
    );
    expect(outcomeOf(network.ask({ netns: 'a', destination: at('10.244.1.3') }))).toBe('b <- 10.244.1.2');
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.1.2'), timeoutMs: 500 }))).toBe(
      'timeout',
    );
  });

  test('-m recent remembers who was seen, for as long as it is told', () => {
    const network = createTwoNodes();
    loadRules(
      network,
      'node-1',
      `*filter
-A FORWARD -p tcp -m conntrack --ctstate NEW -m recent --rcheck --seconds 60 --name seen --rsource -j REJECT
-A FORWARD -p tcp -m conntrack --ctstate NEW -m recent --set --name seen --rsource
COMMIT
`,
    );
    const ask = () => outcomeOf(network.ask({ netns: 'b', destination: at('10.244.2.2') }));
    expect(ask()).toBe('c <- 10.244.1.3');
    expect(ask()).toBe('ECONNREFUSED');
    network.clock.now += 61_000;
    expect(ask()).toBe('c <- 10.244.1.3');
  });

  test('-m set asks an ipset', () => {
    const network = createTwoNodes();
    network.netns('node-1')!.ipsetRestore('create blocked hash:ip,port\nadd blocked 10.244.2.2,tcp:8080\n');
    loadRules(
      network,
      'node-1',
      '*filter\n-A FORWARD -m set --match-set blocked dst,dst -j REJECT\nCOMMIT\n',
    );
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.2.2') }))).toBe('ECONNREFUSED');
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.2.2', 81) }))).toBe('ECONNREFUSED');
    expect(outcomeOf(network.ask({ netns: 'b', protocol: 'udp', destination: at('10.244.2.2') }))).toBe(
      'c <- 10.244.1.3',
    );
  });

  test('rules in a bridge see the bridge as the device and its ports as physdev', () => {
    const network = createTwoNodes();
    loadRules(
      network,
      'node-1',
      '*filter\n-A FORWARD -i cni0 -o cni0 -m physdev --physdev-in veth2 --physdev-out veth1 --physdev-is-bridged -j REJECT\nCOMMIT\n',
    );
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.1.2') }))).toBe('ECONNREFUSED');
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.2.2') }))).toBe('c <- 10.244.1.3');
  });

  test('NOTRACK keeps packets out of conntrack', () => {
    const network = createTwoNodes();
    loadRules(
      network,
      'node-1',
      '*raw\n-A PREROUTING -p tcp -j NOTRACK\nCOMMIT\n*filter\n-A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT\nCOMMIT\n',
    );
    const exchange = network.ask({ netns: 'b', destination: at('10.244.2.2') });
    expect(steps(exchange, 0, 'node-1').find((step) => step.kind === 'conntrack')).toMatchObject({
      state: 'UNTRACKED',
    });
    expect(network.netns('node-1')!.conntrack()).toEqual([]);
  });
});

describe('neighbours', () => {
  test('are asked for once, then known, then asked for again', () => {
    const network = createTwoNodes();
    const states = () =>
      network
        .ask({ netns: 'b', destination: at('10.244.1.2') })
        .packets[0]!.trace.hops.flatMap((hop) =>
          hop.steps.flatMap((step) => (step.kind === 'neighbour' ? [step.state] : [])),
        );
    expect(states()).toEqual(['resolved']);
    expect(states()).toEqual(['cached']);
    expect(network.netns('b')!.neighbours()).toMatchObject([
      { address: '10.244.1.2', device: 'eth0', state: 'REACHABLE' },
    ]);
    network.clock.now += 40_000;
    expect(network.netns('b')!.neighbours()).toMatchObject([{ state: 'STALE' }]);
  });

  test('one that has gone is believed in for a while, and then missed', () => {
    const network = createTwoNodes();
    network.ask({ netns: 'b', destination: at('10.244.1.2') });
    network.removeNetns('a');
    const soon = network.ask({ netns: 'b', destination: at('10.244.1.2'), timeoutMs: 2_000 });
    expect(soon.outcome).toEqual({ kind: 'timeout' });
    network.clock.now += 60_000;
    const later = network.request({
      netns: 'b',
      process: 'curl',
      protocol: 'tcp',
      destination: at('10.244.1.2'),
    });
    expect(outcomeOf(later)).toBe('EHOSTUNREACH');
    expect(later.elapsedMs).toBeGreaterThan(8_000);
    expect(later.elapsedMs).toBeLessThan(20_000);
  });
});

describe('packet size', () => {
  test('a path with a smaller MTU makes the sender cut its segments smaller', () => {
    const network = createTwoNodes();
    network.netns('node-1')!.setLink('eth0', { mtu: 1400 });
    const payload = { bytes: 5_000, summary: 'POST /', data: undefined };
    const exchange = network.ask({ netns: 'b', destination: at('10.244.2.2'), payload });
    expect(outcomeOf(exchange), printExchange(exchange)).toBe('c <- 10.244.1.3');
    expect(labels(exchange).slice(3, 6)).toEqual(['POST /', 'ICMP fragmentation needed', 'POST /']);
  });

  test('when the router that knows keeps silent, large packets vanish and small ones do not', () => {
    const network = createTwoNodes();
    network.netns('node-1')!.setLink('eth0', { mtu: 1400 });
    loadRules(network, 'b', '*filter\n-A INPUT -p icmp -j DROP\nCOMMIT\n');
    const ask = (bytes: number) =>
      outcomeOf(
        network.ask({
          netns: 'b',
          destination: at('10.244.2.2'),
          payload: { bytes, summary: 'POST /', data: undefined },
          timeoutMs: 3_000,
        }),
      );
    expect(ask(100)).toBe('c <- 10.244.1.3');
    expect(ask(5_000)).toBe('timeout');
  });
});

describe('datagrams', () => {
  const ask = (
    network: ReturnType<typeof createTwoNodes>,
    bytes: number,
    more: { readonly dontFragment?: boolean } = {},
  ) =>
    network.ask({
      netns: 'b',
      protocol: 'icmp',
      destination: at('10.244.2.2', 0),
      payload: { bytes, summary: 'echo request', data: undefined },
      ...more,
    });

  test("larger than their own device's MTU leave in fragments, unless they may not be cut", () => {
    const network = createTwoNodes();
    expect(outcomeOf(ask(network, 3_000))).toBe('c <- 10.244.1.3');
    expect(ask(network, 1_472, { dontFragment: true }).outcome.kind).toBe('replied');
    const refused = ask(network, 1_473, { dontFragment: true });
    expect(refused.outcome).toEqual({ kind: 'failed', errno: 'EMSGSIZE' });
    expect(labels(refused)).toEqual(['echo request']);
  });

  test('too large for a router on the way come back as an error with its MTU', () => {
    const network = createTwoNodes();
    network.netns('node-1')!.setLink('eth0', { mtu: 1400 });
    const refused = ask(network, 1_472);
    expect(refused.outcome).toMatchObject({ kind: 'failed', errno: 'EMSGSIZE', from: '10.244.1.1' });
    expect(outcomeOf(ask(network, 3_000))).toBe('c <- 10.244.1.3');
  });

  test.each([
    [false, { kind: 'timeout' }],
    [true, { kind: 'replied' }],
  ])(
    "to another address than the route's are answered from it by servers that look (packetInfo %s)",
    (packetInfo, outcome) => {
      const network = createTwoNodes();
      network.listen('node-1', {
        protocol: 'udp',
        address: '0.0.0.0',
        port: 53,
        process: 'dns',
        packetInfo,
        handler: () => ({}),
      });
      const asked = network.ask({ netns: 'b', protocol: 'udp', destination: at('10.0.0.11', 53) });
      expect(asked.outcome, printExchange(asked)).toMatchObject(outcome);
    },
  );
});

describe('a device that goes down', () => {
  test('loses its routes; with it come back those to its own networks alone', () => {
    const network = createTwoNodes();
    const node = network.netns('node-1')!;
    const texts = () => node.routes().map(({ text }) => text);
    node.addRoute({ destination: '10.9.0.0/16', via: '10.244.1.2', device: 'cni0' });
    const connected = texts().filter((text) => text.includes('dev cni0 proto kernel'));
    expect(connected).toHaveLength(1);
    node.setLink('cni0', { up: false });
    expect(texts().filter((text) => text.includes('cni0'))).toEqual([]);
    node.setLink('cni0', { up: true });
    expect(texts().filter((text) => text.includes('cni0'))).toEqual(connected);
    expect(outcomeOf(network.ask({ netns: 'c', destination: at('10.244.1.2') }))).toBe('a <- 10.244.2.2');
  });
});

describe('listening', () => {
  test("needs a free port and an address of one's own", () => {
    const network = createTwoNodes();
    const listen = (address: string, port: number) =>
      network.listen('a', { protocol: 'tcp', address, port, process: 'x', handler: () => undefined });
    expect(listen('0.0.0.0', 8080)).toEqual({ ok: false, errno: 'EADDRINUSE' });
    expect(listen('127.0.0.1', 8080)).toEqual({ ok: false, errno: 'EADDRINUSE' });
    expect(listen('10.244.1.3', 90)).toEqual({ ok: false, errno: 'EADDRNOTAVAIL' });
    expect(listen('127.0.0.1', 90)).toMatchObject({ ok: true });
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.1.2', 90) }))).toBe('ECONNREFUSED');
  });

  test('ends when the socket is closed', () => {
    const network = createTwoNodes();
    const opened = network.listen('a', {
      protocol: 'tcp',
      address: '10.244.1.2',
      port: 90,
      process: 'x',
      handler: () => ({}),
    });
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.1.2', 90) }))).toBe('a <- 10.244.1.3');
    if (opened.ok) opened.close();
    expect(outcomeOf(network.ask({ netns: 'b', destination: at('10.244.1.2', 90) }))).toBe('ECONNREFUSED');
  });
});

describe('what if', () => {
  const BALANCED = `*nat
-A PREROUTING -d 10.96.0.20 -p tcp -m statistic --mode random --probability 0.3333333333 -j DNAT --to-destination 10.244.1.2:8080
-A PREROUTING -d 10.96.0.20 -p tcp -m statistic --mode random --probability 0.5 -j DNAT --to-destination 10.244.1.3:8080
-A PREROUTING -d 10.96.0.20 -p tcp -j DNAT --to-destination 10.244.2.2:8080
COMMIT
`;

  test('a trace changes nothing until it is committed', () => {
    const network = createTwoNodes();
    loadRules(network, 'node-1', BALANCED);
    const picture = () =>
      JSON.stringify([
        network.netns('node-1')!.conntrack(),
        network.netns('b')!.neighbours(),
        network.netns('node-1')!.fdb(),
        network.netns('node-1')!.iptablesSave({ counters: true }),
      ]);
    const before = picture();
    const first = network.trace('b', syn('10.96.0.20'));
    expect(network.trace('b', syn('10.96.0.20')).hops).toEqual(first.hops);
    expect(picture()).toBe(before);
    network.commit(first);
    expect(picture()).not.toBe(before);
    expect(network.netns('node-1')!.conntrack()).toHaveLength(1);
  });

  test('looking ahead does not change what happens next', () => {
    const run = (look: boolean) => {
      const network = createTwoNodes({ seed: 7 });
      loadRules(network, 'node-1', BALANCED);
      return Array.from({ length: 12 }, () => {
        if (look) network.trace('b', syn('10.96.0.20'));
        return outcomeOf(network.ask({ netns: 'b', destination: at('10.96.0.20', 80), timeoutMs: 1_000 }));
      });
    };
    expect(run(true)).toEqual(run(false));
    expect(new Set(run(false)).size).toBe(3);
  });

  test('all outcomes are listed with their probabilities', () => {
    const network = createTwoNodes();
    loadRules(network, 'node-1', BALANCED);
    const outcomes = network.traceAll('b', syn('10.96.0.20'));
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
    const places = outcomes.map(({ probability, trace }) => [
      trace.hops.at(-1)!.netns,
      Number(probability.toFixed(3)),
    ]);
    expect(places).toEqual([
      ['a', 0.333],
      ['b', 0.333],
      ['c', 0.333],
    ]);
  });
});

describe('all outcomes', () => {
  const rulesFor = (endpoints: number) =>
    [
      '*nat',
      ...Array.from({ length: endpoints }, (_, place) => {
        const left = endpoints - place;
        const match = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : '';
        return `-A PREROUTING -d 10.96.0.30/32${match} -p tcp -j DNAT --to-destination 10.244.1.2:${1000 + place}`;
      }),
      'COMMIT',
      '',
    ].join('\n');

  test.each([1, 2, 7, 300])('of %i endpoints have the same share, in the order of the rules', (endpoints) => {
    const network = createTwoNodes();
    loadRules(network, 'node-1', rulesFor(endpoints));
    const outcomes = network.traceAll('b', syn('10.96.0.30'));
    expect(
      outcomes.map(
        ({ trace }) => (trace.hops.at(-1)!.steps[0]!.packet.transport as TcpHeader).destinationPort,
      ),
    ).toEqual(Array.from({ length: endpoints }, (_, place) => 1000 + place));
    for (const { probability } of outcomes) expect(probability).toBeCloseTo(1 / endpoints, 7);
    expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  });

  test('are the most probable ones when there are too many to list', () => {
    const network = createTwoNodes();
    const coins = Array.from(
      { length: 20 },
      (_, coin) =>
        `-A PREROUTING -m statistic --mode random --probability 0.9 -j MARK --or-mark ${1 << coin}`,
    );
    loadRules(network, 'node-1', `*mangle\n${coins.join('\n')}\nCOMMIT\n`);
    const outcomes = network.traceAll('b', syn('10.244.1.2'));
    const sum = outcomes.reduce((total, { probability }) => total + probability, 0);
    expect(outcomes[0]!.probability).toBeCloseTo(0.9 ** 20);
    expect(sum).toBeGreaterThan(0.8);
    expect(sum).toBeLessThan(1);
  });
});

describe('watching', () => {
  test('a packet socket on a device sees packets before the rules on the way in and after them on the way out', () => {
    const network = createTwoNodes();
    loadRules(network, 'node-1', SERVICE);
    const exchange = network.ask({ netns: 'b', destination: at('10.96.0.10', 80) });
    const seen = (device: string) =>
      capture(exchange.packets[0]!.trace, 'node-1', device).map(({ content, direction }) => [
        direction,
        content.kind === 'ip' && content.packet.ip.destination,
      ]);
    // The port takes the frame for the bridge.
    expect(seen('veth2')).toEqual([['other', '10.96.0.10']]);
    expect(seen('eth0')).toEqual([['out', '10.244.2.2']]);
    expect(seen('any')).toHaveLength(3);
    const card = (netns: string, device: string) => {
      const face = network.netns(netns)!;
      const mac = face.links().find(({ name }) => name === device)?.mac;
      const address = face.addresses().find((each) => each.device === device)?.address;
      return mac && address ? { mac, address } : undefined;
    };
    const frames = capture(exchange.packets[0]!.trace, 'node-1', 'any', card);
    expect(
      frames.flatMap(({ device, direction, content }) =>
        content.kind === 'arp' ? [`${device} ${direction} ${content.arp.operation}`] : [],
      ),
    ).toEqual(
      expect.arrayContaining(['veth2 in request', 'veth2 out reply', 'eth0 out request', 'eth0 in reply']),
    );
  });

  test('an observer hears of every packet that was really sent', () => {
    const network = createTwoNodes();
    const times: number[] = [];
    const stop = network.observe((_trace, time) => times.push(time));
    const { packets } = network.ask({ netns: 'b', destination: at('10.244.1.2') });
    stop();
    network.ask({ netns: 'b', destination: at('10.244.1.2') });
    // Acknowledgements of data are sent, but are no part of the story: one on each side.
    expect(times).toHaveLength(packets.length + 2);
  });
});

describe('a ring of bridges', () => {
  test('does not turn a frame for ever', () => {
    const network = createTestNetwork();
    const netns = network.addNetns('ring');
    for (const name of ['br0', 'br1']) {
      netns.addLink(name, { kind: 'bridge' });
      netns.setLink(name, { up: true });
    }
    for (const [one, other] of [
      ['x0', 'x1'],
      ['y0', 'y1'],
    ] as const) {
      network.addVeth({ netns: 'ring', name: one }, { netns: 'ring', name: other });
      netns.setLink(one, { up: true, master: 'br0' });
      netns.setLink(other, { up: true, master: 'br1' });
    }
    netns.addAddress('br0', '10.0.0.1/24');
    netns.addNeighbour('br0', '10.0.0.2', '02:00:00:00:00:99');
    expect(['nobody-there', 'loop']).toContain(
      (
        network.trace('ring', {
          ip: { source: '10.0.0.1', destination: '10.0.0.2', ttl: 64 },
          transport: { protocol: 'udp', sourcePort: 1, destinationPort: 2 },
        }).disposition as { reason?: string }
      ).reason,
    );
  });
});
