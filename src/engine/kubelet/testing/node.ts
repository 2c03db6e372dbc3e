import type { Pod, PodSpec } from '../../api/index.ts';
import { createRandom, createVirtualClock } from '../../apimachinery/index.ts';
import { createApiServer } from '../../apiserver/index.ts';
import type { Exchange, ListenOptions, PacketNetwork, RequestOptions } from '../../linux/index.ts';
import { createImageTable } from '../images/index.ts';
import { startKubelet } from '../kubelet.ts';

/** Sockets without packets: what the kubelet needs of a network, answered at once. */
function createSockets(addresses: Map<string, string>) {
  const sockets = new Map<string, ListenOptions>();
  const key = (netns: string, protocol: string, port: number) => `${netns} ${protocol} ${port}`;
  const network: PacketNetwork = {
    trace: () => {
      throw new Error('no packets here');
    },
    commit: () => undefined,
    listen(netns, options) {
      const name = key(netns, options.protocol, options.port);
      if (sockets.has(name)) return { ok: false, errno: 'EADDRINUSE' };
      sockets.set(name, options);
      return { ok: true, close: () => void sockets.delete(name) };
    },
    request(options: RequestOptions): Exchange {
      const netns =
        options.destination.address === '127.0.0.1'
          ? options.netns
          : addresses.get(options.destination.address);
      const socket =
        netns === undefined ? undefined : sockets.get(key(netns, options.protocol, options.destination.port));
      const peer = { address: '10.0.0.11', port: 40000 };
      const response = socket?.handler({
        payload: options.payload,
        peer,
        local: options.destination,
        request: () => {
          throw new Error('no');
        },
      });
      return {
        id: 1,
        protocol: options.protocol,
        summary: '',
        client: { ...peer, netns: options.netns, process: options.process },
        destination: options.destination,
        packets: [],
        caused: [],
        startedAt: 0,
        elapsedMs: 1,
        outcome: response
          ? {
              kind: 'replied',
              ...(response.payload && { payload: response.payload }),
              server: { netns: netns!, socket: options.destination },
              seenAs: peer,
            }
          : { kind: 'failed', errno: 'ECONNREFUSED' },
      };
    },
  };
  return { network, sockets };
}

/** A node for tests: the real API server and kubelet, and sockets in the place of a network. */
export function createNode() {
  const clock = createVirtualClock();
  const random = createRandom(1);
  const api = createApiServer({ clock, random, serviceCIDR: '100.64.0.0/13' });
  const addresses = new Map<string, string>();
  const { network, sockets } = createSockets(addresses);
  let next = 2;
  const kubelet = startKubelet({
    api,
    clock,
    random,
    network,
    podNetwork: {
      notReady: () => undefined,
      add({ netns }) {
        const address = `100.96.1.${next++}`;
        addresses.set(address, netns);
        return { ok: true, addresses: [address] };
      },
      remove({ netns }) {
        for (const [address, owner] of addresses) if (owner === netns) addresses.delete(address);
      },
    },
    images: createImageTable(),
    nodeName: 'node-1',
    nodeAddress: '10.0.0.11',
    clusterDNS: ['100.64.0.10'],
    clusterDomain: 'cluster.local',
    hostResolvConf: 'nameserver 192.0.2.53\n',
  });
  for (const namespace of ['default']) {
    api.create('configmaps', { metadata: { name: 'kube-root-ca.crt', namespace }, data: { 'ca.crt': 'ca' } });
    api.create('serviceaccounts', { metadata: { name: 'default', namespace } });
  }
  clock.settle(1000);
  const create = (name: string, spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>) => {
    const result = api.create('pods', {
      metadata: { name, namespace: 'default' },
      spec: { nodeName: 'node-1', ...spec },
    });
    if (!result.ok) throw new Error(result.status.message);
  };
  const pod = (name: string): Pod => {
    const result = api.get('pods', 'default', name);
    if (!result.ok) throw new Error(result.status.message);
    return result.object;
  };
  const events = (name: string) =>
    api
      .list('events', { namespace: 'default' })
      .filter(({ involvedObject }) => involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  return { api, clock, kubelet, create, pod, events, addresses, sockets };
}
