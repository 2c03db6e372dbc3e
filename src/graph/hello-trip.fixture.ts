import type {
  ClusterView,
  ConntrackEntryView,
  Exchange,
  ExchangePacket,
  Hop,
  Packet,
  PodView,
  RuleReference,
  RuleVisit,
  Station,
  Step,
  Trace,
  Tuple,
} from '../engine/index.ts';
import type { Trip } from '../lab/protocol.ts';

/**
 * A small cluster and the trips of one `curl http://hello-service.hello-namespace` in it, written by hand in the
 * engine's types: what the tests of the map and of the strip start from.
 */

const CLIENT = { netns: 'hello-namespace/client-6f4d5b7c9-k8x2v', ip: '100.96.1.2', port: 41830 };
const SERVER = { netns: 'hello-namespace/hello-deployment-7c5ddbdf54-q9t4z', ip: '100.96.2.3', port: 8080 };
const DNS = { netns: 'kube-system/coredns-76f75df574-5zkwb', ip: '100.96.2.2', port: 53 };
export const SERVICE = { ip: '100.64.13.37', port: 80 };
const CHAIN = {
  svc: 'KUBE-SVC-BMS7TTZGRMITTABD',
  sep: 'KUBE-SEP-CL3DJGAL77IC4PYY',
  other: 'KUBE-SEP-SH3THFK6SGQQFNMS',
};

function pod(
  namespace: string,
  name: string,
  owner: string,
  node: string,
  ip: string,
  veth: string,
): PodView {
  return {
    namespace,
    name,
    labels: { app: owner.startsWith('hello') ? 'hello' : owner },
    node,
    ip,
    hostNetwork: false,
    containers: ['main'],
    status: 'Running',
    ready: true,
    netns: `${namespace}/${name}`,
    veth,
    owner: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: owner },
  };
}

const HELLO = 'hello-deployment';

export const helloView: ClusterView = {
  time: 4000,
  nodeCIDR: '10.0.0.0/24',
  gateway: '10.0.0.1',
  nodes: [
    {
      name: 'control-plane',
      address: '10.0.0.10',
      podCIDR: '100.96.0.0/24',
      role: 'control-plane',
      ready: true,
    },
    {
      name: 'node-1',
      address: '10.0.0.11',
      podCIDR: '100.96.1.0/24',
      role: 'worker',
      ready: true,
      bridge: { name: 'cni0', address: '100.96.1.1' },
    },
    {
      name: 'node-2',
      address: '10.0.0.12',
      podCIDR: '100.96.2.0/24',
      role: 'worker',
      ready: true,
      bridge: { name: 'cni0', address: '100.96.2.1' },
    },
  ],
  pods: [
    pod('hello-namespace', 'client-6f4d5b7c9-k8x2v', 'client', 'node-1', '100.96.1.2', 'veth1'),
    pod('hello-namespace', 'hello-deployment-7c5ddbdf54-b2m8c', HELLO, 'node-1', '100.96.1.3', 'veth2'),
    pod('kube-system', 'coredns-76f75df574-5zkwb', 'coredns', 'node-2', '100.96.2.2', 'veth1'),
    pod('hello-namespace', 'hello-deployment-7c5ddbdf54-q9t4z', HELLO, 'node-2', '100.96.2.3', 'veth2'),
    pod('hello-namespace', 'hello-deployment-7c5ddbdf54-w7p5d', HELLO, 'node-2', '100.96.2.4', 'veth3'),
  ],
  services: [
    {
      namespace: 'kube-system',
      name: 'kube-dns',
      type: 'ClusterIP',
      clusterIP: '100.64.0.10',
      ports: [{ name: 'dns', protocol: 'UDP', port: 53, targetPort: 53 }],
      selector: { 'k8s-app': 'kube-dns' },
      externalAddresses: [],
      endpoints: [{ address: '100.96.2.2', pod: 'coredns-76f75df574-5zkwb', ready: true }],
    },
    {
      namespace: 'hello-namespace',
      name: 'hello-service',
      type: 'ClusterIP',
      clusterIP: SERVICE.ip,
      ports: [{ protocol: 'TCP', port: 80, targetPort: 8080 }],
      selector: { app: 'hello' },
      externalAddresses: [],
      endpoints: [
        { address: '100.96.1.3', pod: 'hello-deployment-7c5ddbdf54-b2m8c', ready: true },
        { address: '100.96.2.3', pod: 'hello-deployment-7c5ddbdf54-q9t4z', ready: true },
        { address: '100.96.2.4', pod: 'hello-deployment-7c5ddbdf54-w7p5d', ready: true },
      ],
    },
  ],
};

const client: Station = {
  netns: CLIENT.netns,
  kind: 'pod',
  name: 'client-6f4d5b7c9-k8x2v',
  address: CLIENT.ip,
};
const node1: Station = { netns: 'node-1', kind: 'node', name: 'node-1', address: '10.0.0.11' };
const wire: Station = { netns: '', kind: 'wire', name: '10.0.0.0/24', address: '10.0.0.0/24' };
const node2: Station = { netns: 'node-2', kind: 'node', name: 'node-2', address: '10.0.0.12' };
const server: Station = {
  netns: SERVER.netns,
  kind: 'pod',
  name: 'hello-deployment-7c5ddbdf54-q9t4z',
  address: SERVER.ip,
};
const dns: Station = { netns: DNS.netns, kind: 'pod', name: 'coredns-76f75df574-5zkwb', address: DNS.ip };

function tuple(
  protocol: 'tcp' | 'udp',
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
): Tuple {
  return { protocol, source, sourcePort, destination, destinationPort };
}

function rule(table: RuleReference['table'], chain: string, number: number, text: string): RuleReference {
  return { table, chain, number, text: `-A ${chain} ${text}` };
}

interface Way {
  readonly protocol: 'tcp' | 'udp';
  readonly service: { readonly ip: string; readonly port: number };
  readonly server: { readonly netns: string; readonly ip: string; readonly port: number };
  readonly name: string;
}

const HELLO_WAY: Way = {
  protocol: 'tcp',
  service: SERVICE,
  server: SERVER,
  name: 'hello-namespace/hello-service',
};
const DNS_WAY: Way = {
  protocol: 'udp',
  service: { ip: '100.64.0.10', port: 53 },
  server: DNS,
  name: 'kube-system/kube-dns:dns',
};

function entryOf(way: Way): ConntrackEntryView {
  return {
    id: 7,
    original: tuple(way.protocol, CLIENT.ip, CLIENT.port, way.service.ip, way.service.port),
    reply: tuple(way.protocol, way.server.ip, way.server.port, CLIENT.ip, CLIENT.port),
    dnat: true,
    snat: false,
  };
}

function packetOf(
  way: Way,
  label: string,
  from: { ip: string; port: number },
  to: { ip: string; port: number },
): Packet {
  const flags =
    label === 'SYN'
      ? (['SYN'] as const)
      : label === 'SYN,ACK'
        ? (['SYN', 'ACK'] as const)
        : (['PSH', 'ACK'] as const);
  return {
    ethernet: { source: '02:00:64:60:01:02', destination: '02:00:64:60:01:01' },
    ip: { source: from.ip, destination: to.ip, ttl: 64, dontFragment: true },
    transport:
      way.protocol === 'tcp'
        ? { protocol: 'tcp', sourcePort: from.port, destinationPort: to.port, flags }
        : { protocol: 'udp', sourcePort: from.port, destinationPort: to.port },
    ...(label.startsWith('SYN') || label === 'ACK'
      ? {}
      : { payload: { bytes: 88, summary: label, data: null } }),
  };
}

function to(
  packet: Packet,
  change: {
    source?: string;
    sourcePort?: number;
    destination?: string;
    destinationPort?: number;
    ttl?: number;
  },
): Packet {
  const { source = packet.ip.source, destination = packet.ip.destination, ttl = packet.ip.ttl } = change;
  const transport = packet.transport.protocol === 'icmp' ? packet.transport : { ...packet.transport };
  const ports =
    packet.transport.protocol === 'icmp'
      ? {}
      : {
          sourcePort: change.sourcePort ?? packet.transport.sourcePort,
          destinationPort: change.destinationPort ?? packet.transport.destinationPort,
        };
  return {
    ...packet,
    ip: { ...packet.ip, source, destination, ttl },
    transport: { ...transport, ...ports } as Packet['transport'],
  };
}

function svcVisits(way: Way): readonly RuleVisit[] {
  const comment = `-m comment --comment "${way.name}`;
  return [
    {
      rule: rule(
        'nat',
        'PREROUTING',
        1,
        '-m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      ),
      matched: true,
      verdict: 'jump KUBE-SERVICES',
      depth: 0,
    },
    {
      rule: rule(
        'nat',
        'KUBE-SERVICES',
        4,
        '-d 100.64.0.1/32 -p tcp -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y',
      ),
      matched: false,
      count: 4,
      depth: 1,
    },
    {
      rule: rule(
        'nat',
        'KUBE-SERVICES',
        5,
        `-d ${way.service.ip}/32 -p ${way.protocol} ${comment} cluster IP" -m ${way.protocol} --dport ${way.service.port} -j ${CHAIN.svc}`,
      ),
      matched: true,
      verdict: `jump ${CHAIN.svc}`,
      depth: 1,
    },
    {
      rule: rule(
        'nat',
        CHAIN.svc,
        1,
        `! -s 100.96.0.0/11 -d ${way.service.ip}/32 -p ${way.protocol} ${comment} cluster IP" -j KUBE-MARK-MASQ`,
      ),
      matched: false,
      depth: 2,
    },
    {
      rule: rule(
        'nat',
        CHAIN.svc,
        2,
        `${comment} -> 100.96.1.3:8080" -m statistic --mode random --probability 0.33333333349 -j ${CHAIN.other}`,
      ),
      matched: false,
      draw: { number: 0.78, probability: 0.33333333349 },
      depth: 2,
    },
    {
      rule: rule(
        'nat',
        CHAIN.svc,
        3,
        `${comment} -> ${way.server.ip}:${way.server.port}" -m statistic --mode random --probability 0.50000000000 -j ${CHAIN.sep}`,
      ),
      matched: true,
      draw: { number: 0.31, probability: 0.5 },
      verdict: `jump ${CHAIN.sep}`,
      depth: 2,
    },
    {
      rule: rule('nat', CHAIN.sep, 1, `-s ${way.server.ip}/32 ${comment}" -j KUBE-MARK-MASQ`),
      matched: false,
      depth: 3,
    },
    {
      rule: rule(
        'nat',
        CHAIN.sep,
        2,
        `-p ${way.protocol} ${comment}" -m ${way.protocol} -j DNAT --to-destination ${way.server.ip}:${way.server.port}`,
      ),
      matched: true,
      verdict: `DNAT to ${way.server.ip}:${way.server.port}`,
      depth: 3,
    },
  ];
}

function route(text: string, device: string, decision: 'forward' | 'output' | 'local', packet: Packet): Step {
  const destination = text.split(' ')[0]!;
  const via = /via (\S+)/.exec(text)?.[1];
  return {
    kind: 'route',
    decision,
    packet,
    route: { destination, device, text, table: 'main', ...(via ? { via } : {}) },
  };
}

function forwardTable(
  packet: Packet,
  verdict: 'ACCEPT' | 'DROP' | 'REJECT',
  visited: readonly RuleVisit[] = [],
): Step {
  return {
    kind: 'table',
    table: 'filter',
    hook: 'FORWARD',
    visited,
    verdict,
    markBefore: 0,
    markAfter: 0,
    packet,
  };
}

function startHop(way: Way, packet: Packet): Hop {
  return {
    netns: CLIENT.netns,
    steps: [
      { kind: 'originate', process: way.protocol === 'tcp' ? 'curl' : 'curl', packet },
      route('default via 100.96.1.1 dev eth0', 'eth0', 'output', packet),
      {
        kind: 'neighbour',
        device: 'eth0',
        address: '100.96.1.1',
        mac: '02:00:64:60:01:01',
        state: 'cached',
        packet,
      },
      { kind: 'transmit', device: 'eth0', peer: { netns: 'node-1', device: 'veth1' }, packet },
    ],
  };
}

function enterFromPod(way: Way, packet: Packet): Step[] {
  return [
    { kind: 'receive', device: 'veth1', peer: { netns: CLIENT.netns, device: 'eth0' }, packet },
    { kind: 'bridge', bridge: 'cni0', from: 'veth1', to: 'cni0', because: 'local', packet },
    { kind: 'conntrack', state: 'NEW', entry: entryOf(way), isReply: false, created: true, packet },
  ];
}

/** Steps of node-1 for the first packet of a connection: the draw and the DNAT. */
function translateHop(way: Way, packet: Packet): { readonly hop: Hop; readonly after: Packet } {
  const translated = to(packet, { destination: way.server.ip, destinationPort: way.server.port });
  const after = to(translated, { ttl: 63 });
  return {
    after,
    hop: {
      netns: 'node-1',
      steps: [
        ...enterFromPod(way, packet),
        {
          kind: 'table',
          table: 'nat',
          hook: 'PREROUTING',
          visited: svcVisits(way),
          verdict: 'ACCEPT',
          markBefore: 0,
          markAfter: 0,
          packet,
        },
        {
          kind: 'nat',
          hook: 'PREROUTING',
          change: 'dnat',
          from: entryOf(way).original,
          to: { ...entryOf(way).original, destination: way.server.ip, destinationPort: way.server.port },
          rule: svcVisits(way).at(-1)!.rule,
          entry: entryOf(way),
          packet: translated,
        },
        route('100.96.2.0/24 via 10.0.0.12 dev eth0', 'eth0', 'forward', after),
        forwardTable(after, 'ACCEPT'),
        {
          kind: 'neighbour',
          device: 'eth0',
          address: '10.0.0.12',
          mac: '02:00:0a:00:00:0c',
          state: 'cached',
          packet: after,
        },
        { kind: 'transmit', device: 'eth0', peer: { netns: 'node-2', device: 'eth0' }, packet: after },
      ],
    },
  };
}

function secondNodeHop(
  packet: Packet,
  veth: string,
  ip: string,
  server: string,
): { readonly hop: Hop; readonly after: Packet } {
  const after = to(packet, { ttl: packet.ip.ttl - 1 });
  return {
    after,
    hop: {
      netns: 'node-2',
      steps: [
        { kind: 'receive', device: 'eth0', peer: { netns: 'node-1', device: 'eth0' }, packet },
        { kind: 'conntrack', state: 'NEW', isReply: false, created: true, packet },
        route('100.96.2.0/24 dev cni0 scope link', 'cni0', 'forward', after),
        forwardTable(after, 'ACCEPT'),
        {
          kind: 'neighbour',
          device: 'cni0',
          address: ip,
          mac: '02:00:64:60:02:03',
          state: 'resolved',
          packet: after,
        },
        { kind: 'bridge', bridge: 'cni0', from: 'cni0', to: veth, because: 'fdb', packet: after },
        { kind: 'transmit', device: veth, peer: { netns: server, device: 'eth0' }, packet: after },
      ],
    },
  };
}

function outTrace(way: Way, label: string): Trace {
  const packet = packetOf(way, label, CLIENT, way.service);
  const first = translateHop(way, packet);
  const second = secondNodeHop(
    first.after,
    way.server === DNS ? 'veth1' : 'veth2',
    way.server.ip,
    way.server.netns,
  );
  const socket = {
    protocol: way.protocol,
    address: '0.0.0.0',
    port: way.server.port,
    process: way.protocol === 'tcp' ? 'hello-app' : 'coredns',
  } as const;
  return {
    packet,
    hops: [
      startHop(way, packet),
      first.hop,
      second.hop,
      {
        netns: way.server.netns,
        steps: [
          {
            kind: 'receive',
            device: 'eth0',
            peer: { netns: 'node-2', device: 'veth2' },
            packet: second.after,
          },
          { kind: 'deliver', socket, process: socket.process, packet: second.after },
        ],
      },
    ],
    disposition: { kind: 'ACCEPTED', netns: way.server.netns, socket },
  };
}

function backTrace(way: Way, label: string): Trace {
  const packet = packetOf(way, label, way.server, CLIENT);
  const crossing = to(packet, { ttl: 63 });
  const restored = to(crossing, { source: way.service.ip, sourcePort: way.service.port });
  const home = to(restored, { ttl: 62 });
  const entry = entryOf(way);
  return {
    packet,
    hops: [
      {
        netns: way.server.netns,
        steps: [
          { kind: 'originate', process: 'hello-app', packet },
          { kind: 'transmit', device: 'eth0', peer: { netns: 'node-2', device: 'veth2' }, packet },
        ],
      },
      {
        netns: 'node-2',
        steps: [
          { kind: 'receive', device: 'veth2', peer: { netns: way.server.netns, device: 'eth0' }, packet },
          { kind: 'bridge', bridge: 'cni0', from: 'veth2', to: 'cni0', because: 'local', packet },
          { kind: 'conntrack', state: 'ESTABLISHED', isReply: true, created: false, packet },
          route('100.96.1.0/24 via 10.0.0.11 dev eth0', 'eth0', 'forward', crossing),
          { kind: 'transmit', device: 'eth0', peer: { netns: 'node-1', device: 'eth0' }, packet: crossing },
        ],
      },
      {
        netns: 'node-1',
        steps: [
          { kind: 'receive', device: 'eth0', peer: { netns: 'node-2', device: 'eth0' }, packet: crossing },
          { kind: 'conntrack', state: 'ESTABLISHED', entry, isReply: true, created: false, packet: crossing },
          {
            kind: 'nat',
            hook: 'PREROUTING',
            change: 'un-dnat',
            from: entry.reply,
            to: { ...entry.reply, source: way.service.ip, sourcePort: way.service.port },
            entry,
            packet: restored,
          },
          route('100.96.1.0/24 dev cni0 scope link', 'cni0', 'forward', home),
          { kind: 'bridge', bridge: 'cni0', from: 'cni0', to: 'veth1', because: 'fdb', packet: home },
          { kind: 'transmit', device: 'veth1', peer: { netns: CLIENT.netns, device: 'eth0' }, packet: home },
        ],
      },
      {
        netns: CLIENT.netns,
        steps: [
          { kind: 'receive', device: 'eth0', peer: { netns: 'node-1', device: 'veth1' }, packet: home },
          { kind: 'deliver', process: 'curl', packet: home },
        ],
      },
    ],
    disposition: {
      kind: 'ACCEPTED',
      netns: CLIENT.netns,
      socket: { protocol: way.protocol, address: CLIENT.ip, port: CLIENT.port, process: 'curl' },
    },
  };
}

function tripOf(
  exchange: Omit<Exchange, 'caused'>,
  stations: readonly (readonly Station[])[],
  caused: readonly Trip[] = [],
): Trip {
  return {
    exchange: { ...exchange, caused: caused.map((trip) => trip.exchange) },
    packets: exchange.packets.map((_packet, index) => ({ stations: stations[index]!, observations: [] })),
    caused,
  };
}

function sent(label: string, direction: 'out' | 'back', at: number, trace: Trace): ExchangePacket {
  return { label, direction, at, trace };
}

const OUT = [client, node1, wire, node2, server];
const BACK = [server, node2, wire, node1, client];

/** The request itself: SYN, SYN,ACK, ACK, GET /, 200 OK, by way of the Service. */
export function helloTrip(): Trip {
  const trip = tripOf(
    {
      id: 2,
      protocol: 'tcp',
      summary: 'GET /',
      client: { address: CLIENT.ip, port: CLIENT.port, netns: CLIENT.netns, process: 'curl' },
      destination: { address: SERVICE.ip, port: SERVICE.port },
      startedAt: 4000,
      elapsedMs: 1,
      outcome: {
        kind: 'replied',
        payload: { bytes: 120, summary: '200 OK', data: null },
        server: { netns: SERVER.netns, socket: { address: SERVER.ip, port: SERVER.port } },
        seenAs: { address: CLIENT.ip, port: CLIENT.port },
      },
      packets: [
        sent('SYN', 'out', 0, outTrace(HELLO_WAY, 'SYN')),
        sent('SYN,ACK', 'back', 0, backTrace(HELLO_WAY, 'SYN,ACK')),
        sent('GET /', 'out', 1, outTrace(HELLO_WAY, 'GET /')),
        sent('200 OK', 'back', 1, backTrace(HELLO_WAY, '200 OK')),
      ],
    },
    [OUT, BACK, OUT, BACK],
  );
  const source = { file: 'hello.yaml', line: 11, column: 7, endLine: 11, endColumn: 23 };
  const observation = {
    hop: 1,
    step: 4,
    message: { id: 'traceflow.dnat', values: { service: 'hello-service' } },
    object: { apiVersion: 'v1', kind: 'Service', namespace: 'hello-namespace', name: 'hello-service' },
    field: 'spec.ports[0].targetPort',
    source,
  };
  return {
    ...trip,
    packets: trip.packets.map((packet, index) =>
      index === 0 ? { ...packet, observations: [observation] } : packet,
    ),
  };
}

/** The DNS question before it. */
export function dnsTrip(): Trip {
  return tripOf(
    {
      id: 1,
      protocol: 'udp',
      summary: 'A? hello-service.hello-namespace.svc.cluster.local.',
      client: { address: CLIENT.ip, port: CLIENT.port, netns: CLIENT.netns, process: 'curl' },
      destination: { address: '100.64.0.10', port: 53 },
      startedAt: 4000,
      elapsedMs: 0,
      outcome: {
        kind: 'replied',
        payload: { bytes: 90, summary: 'A 100.64.13.37', data: null },
        server: { netns: DNS.netns, socket: { address: DNS.ip, port: 53 } },
        seenAs: { address: CLIENT.ip, port: CLIENT.port },
      },
      packets: [
        sent('A? hello-service', 'out', 0, outTrace(DNS_WAY, 'A?')),
        sent('A 100.64.13.37', 'back', 0, backTrace(DNS_WAY, 'A')),
      ],
    },
    [
      [client, node1, wire, node2, dns],
      [dns, node2, wire, node1, client],
    ],
  );
}

/** A Service without endpoints: node-1 refuses with an ICMP error. */
export function refusedTrip(): Trip {
  const packet = packetOf(HELLO_WAY, 'SYN', CLIENT, SERVICE);
  const reject = rule(
    'filter',
    'KUBE-SERVICES',
    1,
    `-d ${SERVICE.ip}/32 -p tcp -m comment --comment "hello-namespace/hello-service has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable`,
  );
  const visited: RuleVisit[] = [
    {
      rule: rule(
        'filter',
        'FORWARD',
        3,
        '-m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      ),
      matched: true,
      verdict: 'jump KUBE-SERVICES',
      depth: 0,
    },
    { rule: reject, matched: true, verdict: 'REJECT', depth: 1 },
  ];
  const out: Trace = {
    packet,
    hops: [
      startHop(HELLO_WAY, packet),
      {
        netns: 'node-1',
        steps: [
          ...enterFromPod(HELLO_WAY, packet),
          route('default via 10.0.0.1 dev eth0', 'eth0', 'forward', packet),
          forwardTable(packet, 'REJECT', visited),
        ],
      },
    ],
    disposition: { kind: 'REJECTED', netns: 'node-1', rule: reject, answer: 'icmp-port-unreachable' },
  };
  const error: Packet = {
    ip: { source: '100.96.1.1', destination: CLIENT.ip, ttl: 64 },
    transport: { protocol: 'icmp', type: 3, code: 3, about: packet },
  };
  const back: Trace = {
    packet: error,
    hops: [
      {
        netns: 'node-1',
        steps: [
          { kind: 'originate', packet: error },
          { kind: 'bridge', bridge: 'cni0', from: 'cni0', to: 'veth1', because: 'fdb', packet: error },
          { kind: 'transmit', device: 'veth1', peer: { netns: CLIENT.netns, device: 'eth0' }, packet: error },
        ],
      },
      {
        netns: CLIENT.netns,
        steps: [
          { kind: 'receive', device: 'eth0', peer: { netns: 'node-1', device: 'veth1' }, packet: error },
          { kind: 'deliver', process: 'curl', packet: error },
        ],
      },
    ],
    disposition: {
      kind: 'ACCEPTED',
      netns: CLIENT.netns,
      socket: { protocol: 'tcp', address: CLIENT.ip, port: CLIENT.port, process: 'curl' },
    },
  };
  return tripOf(
    {
      ...helloTrip().exchange,
      id: 3,
      packets: [sent('SYN', 'out', 0, out), sent('ICMP port unreachable', 'back', 0, back)],
      outcome: { kind: 'failed', errno: 'ECONNREFUSED', from: 'node-1' },
    },
    [
      [client, node1],
      [node1, client],
    ],
  );
}

/** A policy on node-2 drops it: nobody answers, and the client tries again. */
export function droppedTrip(): Trip {
  const whole = outTrace(HELLO_WAY, 'SYN');
  const drop = rule('filter', 'KUBE-FW-HELLO', 1, '-m comment --comment "NetworkPolicy only-web" -j DROP');
  const second = whole.hops[2]!;
  const steps = second.steps.slice(0, 3);
  const out: Trace = {
    ...whole,
    hops: [
      ...whole.hops.slice(0, 2),
      {
        netns: 'node-2',
        steps: [
          ...steps,
          forwardTable(steps.at(-1)!.packet, 'DROP', [
            { rule: drop, matched: true, verdict: 'DROP', depth: 1 },
          ]),
        ],
      },
    ],
    disposition: { kind: 'DROPPED', netns: 'node-2', rule: drop },
  };
  return tripOf(
    {
      ...helloTrip().exchange,
      id: 4,
      elapsedMs: 5000,
      packets: [sent('SYN', 'out', 0, out), sent('SYN', 'out', 1000, out), sent('SYN', 'out', 3000, out)],
      outcome: { kind: 'timeout' },
    },
    [
      [client, node1, wire, node2],
      [client, node1, wire, node2],
      [client, node1, wire, node2],
    ],
  );
}
