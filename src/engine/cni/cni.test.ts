import { describe, expect, test } from 'vitest';
import { checkTrace, createNetwork, type Network } from '../linux/index.ts';
import { createCni, setUpHost, setUpNode } from './index.ts';

type Options = Partial<Parameters<typeof setUpNode>[1]>;

const NODES = [1, 2].map((place) => ({
  name: `node-${place}`,
  address: `10.0.0.1${place}`,
  podCIDR: `100.96.${place}.0/24`,
}));

function cluster(options: Options = {}) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647 || 1;
    return state / 2147483647;
  };
  const network = createNetwork({ now: () => 0, random });
  const outside = { device: 'eth1', segment: 'outside', address: '198.51.100.1/24' };
  setUpHost(network, {
    name: 'gateway',
    cards: [{ device: 'eth0', segment: 'nodes', address: '10.0.0.1/24' }, outside],
    forwards: true,
    uplink: true,
  });
  setUpHost(network, {
    name: 'client',
    cards: [{ device: 'eth0', segment: 'outside', address: '198.51.100.10/24' }],
    gateway: '198.51.100.1',
  });
  const nodes = NODES.map((node) =>
    setUpNode(network, {
      ...node,
      address: `${node.address}/24`,
      gateway: '10.0.0.1',
      segment: 'nodes',
      clusterCIDR: '100.96.0.0/11',
      ...options,
    }),
  );
  nodes[0]!.addPeer(NODES[1]!);
  nodes[1]!.addPeer(NODES[0]!);
  const portMappings = [{ hostPort: 8088, containerPort: 8080, protocol: 'tcp' as const }];
  nodes[0]!.add({ containerId: 'c1', netns: 'default/a', portMappings });
  nodes[0]!.add({ containerId: 'c2', netns: 'default/b', portMappings: [] });
  nodes[1]!.add({ containerId: 'c3', netns: 'default/c', portMappings: [] });
  for (const netns of ['default/a', 'default/b', 'default/c', 'client', 'node-1']) {
    network.listen(netns, {
      protocol: 'tcp',
      address: '0.0.0.0',
      port: 8080,
      process: 'server',
      handler: () => ({ payload: { bytes: 3_000, summary: '200 OK', data: undefined } }),
    });
  }
  return { network, nodes };
}

function ask(network: Network, netns: string, address: string, port = 8080): string {
  const payload = { bytes: 10, summary: 'GET /', data: undefined };
  const { outcome, packets } = network.request({
    netns,
    process: 'curl',
    protocol: 'tcp',
    destination: { address, port },
    payload,
    timeoutMs: 2_000,
  });
  expect(packets.flatMap(({ trace }) => checkTrace(trace))).toEqual([]);
  if (outcome.kind === 'replied') return `${outcome.server.netns} <- ${outcome.seenAs.address}`;
  return outcome.kind === 'failed' ? outcome.errno : 'timeout';
}

const routes = (network: Network, netns: string) =>
  network
    .netns(netns)!
    .routes()
    .map(({ text }) => text);

describe('the bridge plugin', () => {
  test('leaves the routes that were seen on a real node and pod', () => {
    const { network } = cluster();
    expect(routes(network, 'node-1')).toEqual([
      'default via 10.0.0.1 dev eth0',
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.11',
      '100.96.1.0/24 dev cni0 proto kernel scope link src 100.96.1.1',
      '100.96.2.0/24 via 10.0.0.12 dev eth0',
    ]);
    expect(routes(network, 'default/a')).toEqual([
      'default via 100.96.1.1 dev eth0',
      '100.96.1.0/24 dev eth0 proto kernel scope link src 100.96.1.2',
    ]);
  });

  test('makes the bridge with the first pod, and names the ends veth1, veth2 and eth0', () => {
    const { network } = cluster();
    expect(
      network
        .netns('node-1')!
        .links()
        .map(({ name, master, hairpin }) => [name, master, hairpin]),
    ).toEqual([
      ['lo', undefined, undefined],
      ['eth0', undefined, undefined],
      ['cni0', undefined, undefined],
      ['veth1', 'cni0', true],
      ['veth2', 'cni0', true],
    ]);
    expect(
      network
        .netns('gateway')!
        .links()
        .map(({ name }) => name),
    ).toEqual(['lo', 'eth0', 'eth1', 'uplink']);
  });
});

describe('the ptp plugin', () => {
  test('routes every pod by itself, and the gateway is on every veth', () => {
    const { network } = cluster({ plugin: 'ptp' });
    expect(routes(network, 'node-1')).toEqual([
      'default via 10.0.0.1 dev eth0',
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.11',
      '100.96.1.2 dev veth1 scope host',
      '100.96.1.3 dev veth2 scope host',
      '100.96.2.0/24 via 10.0.0.12 dev eth0',
    ]);
    expect(routes(network, 'default/a')).toEqual([
      'default via 100.96.1.1 dev eth0',
      '100.96.1.0/24 via 100.96.1.1 dev eth0 src 100.96.1.2',
      '100.96.1.1 dev eth0 scope link src 100.96.1.2',
    ]);
    expect(
      network
        .netns('node-1')!
        .addresses()
        .filter(({ address }) => address === '100.96.1.1'),
    ).toHaveLength(2);
  });
});

describe.each([
  ['bridge', { plugin: 'bridge' }],
  ['bridge with vxlan', { plugin: 'bridge', backend: 'vxlan' }],
  ['ptp', { plugin: 'ptp' }],
] as const satisfies readonly (readonly [string, Options])[])('pods connected by %s', (_name, options) => {
  test.each([
    ['default/b', '100.96.1.2', 8080, 'default/a <- 100.96.1.3'],
    ['default/b', '100.96.2.2', 8080, 'default/c <- 100.96.1.3'],
    ['default/b', '198.51.100.10', 8080, 'client <- 10.0.0.11'],
    ['default/b', '10.0.0.11', 8080, 'node-1 <- 100.96.1.3'],
    ['default/c', '10.0.0.11', 8080, 'node-1 <- 10.0.0.12'],
    ['client', '10.0.0.11', 8088, 'default/a <- 198.51.100.10'],
    ['node-1', '127.0.0.1', 8088, 'default/a <- 100.96.1.1'],
    ['default/a', '10.0.0.11', 8088, 'default/a <- 100.96.1.1'],
    ['client', '10.0.0.12', 8088, 'ECONNREFUSED'],
    ['default/a', '192.0.2.1', 80, 'timeout'],
  ])('%s asks %s:%i: %s', (from, address, port, expected) => {
    expect(ask(cluster(options).network, from, address, port)).toBe(expected);
  });
});

describe('portmap', () => {
  test('tells apart the protocols of one port, and knows the rule of each', () => {
    const { network, nodes } = cluster();
    const portMappings = (['tcp', 'udp', 'sctp'] as const).map((protocol, place) => ({
      hostPort: 7,
      containerPort: 1000 + place,
      protocol,
    }));
    nodes[1]!.add({ containerId: 'c9', netns: 'default/x', portMappings });
    const translations = network
      .netns('node-2')!
      .iptablesSave({ table: 'nat' })
      .split('\n')
      .filter((line) => /^-A CNI-DN-.* DNAT/.test(line));
    expect(translations.map((line) => line.replace(/^-A CNI-DN-\w+ /, ''))).toEqual([
      '-p tcp -m tcp --dport 7 -j DNAT --to-destination 100.96.2.3:1000',
      '-p udp -m udp --dport 7 -j DNAT --to-destination 100.96.2.3:1001',
      '-p sctp -m sctp --dport 7 -j DNAT --to-destination 100.96.2.3:1002',
    ]);
    expect(translations.map((line) => nodes[1]!.portOf(line))).toEqual(
      portMappings.map((mapping) => ({ netns: 'default/x', mapping })),
    );
    expect(nodes[1]!.portOf('-A FORWARD -j ACCEPT')).toBeUndefined();
  });
});

describe('vxlan', () => {
  test('wraps packets between nodes, and the way of a packet shows it', () => {
    const { network } = cluster({ backend: 'vxlan' });
    const { packets } = network.request({
      netns: 'default/b',
      process: 'curl',
      protocol: 'tcp',
      destination: { address: '100.96.2.2', port: 8080 },
    });
    const kinds = packets[0]!.trace.hops.map(({ netns, steps }) => [
      netns,
      steps.map(({ kind }) => kind).filter((kind) => kind === 'encap' || kind === 'decap'),
    ]);
    expect(kinds).toEqual([
      ['default/b', []],
      ['node-1', ['encap']],
      ['node-2', ['decap']],
      ['default/c', []],
    ]);
    expect(
      network
        .netns('default/b')!
        .links()
        .find(({ name }) => name === 'eth0')?.mtu,
    ).toBe(1450);
    expect(routes(network, 'node-1')).toContain('100.96.2.0/24 via 100.96.2.0 dev flannel.1 onlink');
  });
});

describe('DEL', () => {
  test('takes back what ADD did, and forgives a second time', () => {
    const { network, nodes } = cluster();
    const sandbox = { containerId: 'c1', netns: 'default/a', portMappings: [] };
    nodes[0]!.remove(sandbox);
    nodes[0]!.remove(sandbox);
    expect(network.netns('default/a')).toBeUndefined();
    expect(
      network
        .netns('node-1')!
        .links()
        .map(({ name }) => name),
    ).not.toContain('veth1');
    expect(network.netns('node-1')!.iptablesSave()).not.toContain('CNI-DN-');
    expect(ask(network, 'client', '10.0.0.11', 8088)).toBe('ECONNREFUSED');
    nodes[0]!.add({ containerId: 'c4', netns: 'default/d', portMappings: [] });
    expect(network.netns('default/d')!.addresses().at(-1)?.address).toBe('100.96.1.4');
  });

  test('of a peer takes its route', () => {
    const { network, nodes } = cluster();
    nodes[0]!.removePeer('node-2');
    expect(routes(network, 'node-1').join()).not.toContain('100.96.2.0');
  });
});

describe('a configuration list', () => {
  test.each([
    ['{', 'error parsing configuration list: '],
    ['{"name":"x"}', 'error parsing configuration list: no plugins in list'],
    ['{"name":"x","plugins":[{"type":"calico"}]}', 'failed to find plugin "calico" in path [/opt/cni/bin]'],
  ])('%s is an error', (config, message) => {
    const { network } = cluster();
    const result = createCni(network, 'node-1').add(config, {
      containerId: 'x',
      netns: 'default/a',
      ifName: 'eth1',
    });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining(message) });
  });

  test('with ipMasq writes a chain for the container, and DEL takes it away', () => {
    const { network } = cluster({ ipMasq: false });
    const cni = createCni(network, 'node-1');
    const config = JSON.stringify({
      cniVersion: '1.0.0',
      name: 'net',
      plugins: [
        {
          type: 'bridge',
          bridge: 'br1',
          isDefaultGateway: true,
          ipMasq: true,
          ipam: { type: 'host-local', ranges: [[{ subnet: '100.97.0.0/24' }]] },
        },
      ],
    });
    network.addNetns('extra');
    const args = { containerId: 'x', netns: 'extra', ifName: 'eth0' };
    expect(cni.add(config, args)).toMatchObject({
      ok: true,
      result: { ips: [{ address: '100.97.0.2/24', gateway: '100.97.0.1' }] },
    });
    expect(ask(network, 'extra', '198.51.100.10')).toBe('client <- 10.0.0.11');
    cni.del(config, args);
    expect(network.netns('node-1')!.iptablesSave({ table: 'nat' })).not.toMatch(/id: \\"x\\"/);
  });
});
