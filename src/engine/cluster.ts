import { type ObjectReference, RESOURCES } from './api/index.ts';
import {
  addressAt,
  createRandom,
  createVirtualClock,
  DEFAULT_EPOCH_MS,
  formatIP,
  formatTimestamp,
  parseCIDR,
  type VirtualClock,
} from './apimachinery/index.ts';
import { type ApiClient, createApiServer } from './apiserver/index.ts';
import { buildView } from './build-view.ts';
import type { ClusterOptions } from './cluster-options.ts';
import type { ClusterView } from './cluster-view.ts';
import { startControllers } from './controllers/index.ts';
import { coreDnsProgram } from './coredns/index.ts';
import type { ExecutionContext } from './execution.ts';
import { ingressNginxProgram } from './ingress/index.ts';
import { addons, controlPlanePods, createPki } from './kubeadm/index.ts';
import {
  type AttachResult,
  apiServerImage,
  createImageTable,
  type Kubelet,
  type KubeletService,
  type LogLine,
  startKubelet,
} from './kubelet/index.ts';
import { createRuleCache, createServiceTracker, type KubeProxy, startKubeProxy } from './kubeproxy/index.ts';
import { httpPayload, httpResponse } from './libc/index.ts';
import { createNetwork, type Network, type Trace } from './linux/index.ts';
import { createBalancer } from './load-balancer.ts';
import { buildOutside, CLIENT, machineContext, OUTSIDE_RESOLVER, ROUTER } from './outside.ts';
import { buildOutsideMachines, type OutsideAuthorities } from './outside-machines.ts';
import { createOwners } from './owners.ts';
import { createPodNetworks } from './pod-network.ts';
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts';
import { startScheduler } from './scheduler/index.ts';
import { sharedNetwork } from './shared-network.ts';
import { explain, type Observation, type Station, stations } from './traceflow/index.ts';

/** The release that the components model. */
export const KUBERNETES_VERSION = 'v1.36.3';
const COREDNS_VERSION = 'v1.14.2';

/** A whole simulated cluster: every component wired to its neighbours, all of it driven by one virtual clock. */
export interface Cluster {
  readonly options: ClusterOptions;
  /** The API server, as kubectl reaches it. */
  readonly api: ApiClient;
  /** Virtual time. `clock.advance(ms)` is how a command's `sleep` passes. */
  readonly clock: VirtualClock;
  /** The machines' network: namespaces, sockets, traces. */
  readonly network: Network;
  /** RFC 3339 of the virtual instant now. */
  timestamp(): string;
  /** Lets the cluster work until nothing is left to do but to wait. Answers false when it is still busy after 5 minutes. */
  settle(): boolean;
  /** A running container, as `kubectl exec` enters it. The error is kubectl's own sentence. */
  exec(
    namespace: string,
    pod: string,
    container?: string,
  ):
    | { readonly ok: true; readonly context: ExecutionContext }
    | { readonly ok: false; readonly message: string };
  /** A node's own shell, or the outside client's; undefined: no such machine. */
  machine(name: string): ExecutionContext | undefined;
  /** What the container has written, as `kubectl logs` prints it; undefined: no such container or never started. */
  logs(namespace: string, pod: string, container: string, previous?: boolean): string | undefined;
  /** The same, line by line, each with its time; undefined as in `logs`. */
  logLines(
    namespace: string,
    pod: string,
    container: string,
    options?: { readonly previous?: boolean },
  ): readonly LogLine[] | undefined;
  /** The first process of a container that was started with `stdin`: whoever types there ends it with `exit`. */
  attach(namespace: string, pod: string, container: string): AttachResult;
  /** The kubelet of a node as its systemd sees it; undefined: no such node. */
  kubelet(node: string): KubeletService | undefined;
  view(): ClusterView;
  /** What the steps of a trace meant to Kubernetes. */
  explain(trace: Trace): readonly Observation[];
  /** The stops of a trace, by hop, with the wire between two nodes as a stop of its own. */
  stations(trace: Trace): readonly Station[];
  /** The object that a network namespace belongs to: a Pod or a Node. */
  ownerOf(netns: string): ObjectReference | undefined;
}

/** Longer than this, and the cluster is not settling but circling. */
const SETTLE_LIMIT_MS = 5 * 60_000;

/**
 * Starts a cluster and lets it settle: nodes Ready, CoreDNS and kube-proxy running, nothing of the learner's yet.
 * Throws a RangeError for options that cannot be (a CIDR that is none).
 *
 * The order is that of a real one's birth:
 *
 *   machines and cables ─▶ API server ─▶ controllers, scheduler ─▶ on every node: kubelet, kube-proxy
 *                                                               ─▶ kubeadm's add-ons ─▶ settled
 */
export function createCluster(given: ClusterOptions = {}): Cluster {
  const options = resolveOptions(given);
  const clock = createVirtualClock();
  const random = createRandom(options.seed);
  const network = createNetwork({ now: clock.now, random: random.fork('network').next });
  buildOutside(network, options.gateway, options.nodeCIDR);
  const authorities = buildOutsideMachines(network, {
    now: DEFAULT_EPOCH_MS,
    random: random.fork('internet'),
  });
  const podNetworks = createPodNetworks(network, options);

  const addressOfNode = (name: string) => options.nodes.find((node) => node.name === name)?.address;
  const controlPlane = options.nodes.find((node) => node.role === 'control-plane') ?? options.nodes[0];
  const api = createApiServer({
    clock,
    random: random.fork('apiserver'),
    serviceCIDR: options.serviceCIDR,
    ...(controlPlane ? { apiServerAddress: controlPlane.address } : {}),
  });
  const pki = createPki({
    now: DEFAULT_EPOCH_MS,
    random: random.fork('pki').next,
    nodeName: controlPlane?.name ?? '',
    nodeAddress: controlPlane?.address ?? '',
    serviceAddress: formatIP(addressAt(parseCIDR(options.serviceCIDR)!, 1)),
    clusterDomain: options.clusterDomain,
  });
  startControllers({
    api,
    clock,
    random: random.fork('controllers'),
    nodeIpam: { clusterCIDR: options.podCIDR },
    rootCA: pki.caPem,
    ...(options.loadBalancerProvider
      ? {
          loadBalancerProvider: {
            ...options.loadBalancerProvider,
            configure: createBalancer({
              network,
              clock,
              netns: ROUTER,
              addressOf: addressOfNode,
              ipMode: options.loadBalancerProvider.ipMode ?? 'VIP',
            }),
          },
        }
      : {}),
  });
  startScheduler({ api, clock, random: random.fork('scheduler') });

  const images = createImageTable(
    [
      apiServerImage(pki.apiServerChain),
      {
        repositories: ['registry.k8s.io/coredns/coredns'],
        libc: 'musl',
        entrypoint: ['/coredns'],
        cmd: [],
        ports: [53],
        programs: { coredns: coreDnsProgram({ api, clock, random: random.fork('coredns') }) },
        tools: [],
        size: 22_384_805,
        about: 'CoreDNS, the cluster DNS server, driven by its Corefile.',
      },
      {
        repositories: ['registry.k8s.io/ingress-nginx/controller'],
        libc: 'musl',
        entrypoint: ['/nginx-ingress-controller'],
        cmd: [],
        ports: [80, 443],
        programs: {
          'nginx-ingress-controller': ingressNginxProgram({
            api,
            clock,
            random: random.fork('ingress-nginx'),
          }),
        },
        tools: ['sh', 'cat', 'ls', 'curl', 'grep', 'head', 'tail', 'wget', 'nslookup'],
        size: 108_000_000,
        about: 'ingress-nginx v1.15, the Ingress controller that most clusters had; retired in March 2026.',
      },
    ],
    authorities,
  );
  const kubelets = new Map<string, Kubelet>();
  const proxies = new Map<string, KubeProxy>();
  const sharedByProxies = { ruleCache: createRuleCache(), tracker: createServiceTracker(api) };
  for (const node of options.nodes) {
    kubelets.set(
      node.name,
      startNodeKubelet(node, {
        api,
        clock,
        random,
        network,
        images,
        options,
        podNetwork: podNetworks.of(node.name),
      }),
    );
    proxies.set(node.name, startNodeProxy(node, sharedByProxies, { api, clock, network, options }));
  }
  api.watch('nodes', ({ type, object }) => {
    if (type === 'DELETED' || !object.spec.podCIDR) return;
    if (podNetworks.assign(object.metadata.name, object.spec.podCIDR))
      for (const kubelet of kubelets.values()) kubelet.sync();
  });
  clock.settle(SETTLE_LIMIT_MS);
  addOn(api, options, controlPlane);
  clock.settle(SETTLE_LIMIT_MS);

  const machines = new Map([
    ...options.nodes.map((node) => [node.name, node.address] as const),
    [CLIENT, ''],
    [ROUTER, options.gateway],
  ]);
  const kubeletOf = (namespace: string, pod: string): Kubelet | undefined => {
    const found = api.get('pods', namespace, pod);
    return found.ok ? kubelets.get(found.object.spec.nodeName ?? '') : undefined;
  };
  const contexts = new Map<string, ExecutionContext>();
  const ownerOf = (netns: string): ObjectReference | undefined => {
    const slash = netns.indexOf('/');
    if (slash > 0)
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        namespace: netns.slice(0, slash),
        name: netns.slice(slash + 1),
      };
    return options.nodes.some((node) => node.name === netns)
      ? { apiVersion: 'v1', kind: 'Node', name: netns }
      : undefined;
  };

  return {
    options: given,
    api,
    clock,
    network,
    timestamp: () => formatTimestamp(DEFAULT_EPOCH_MS + clock.now()),
    settle: () => clock.settle(SETTLE_LIMIT_MS),
    exec(namespace, pod, container) {
      const found = api.get('pods', namespace, pod);
      if (!found.ok) return { ok: false, message: `Error from server (NotFound): ${found.status.message}` };
      const { nodeName } = found.object.spec;
      if (!nodeName)
        return {
          ok: false,
          message: `Error from server (BadRequest): pod ${pod} does not have a host assigned`,
        };
      const result = kubelets.get(nodeName)?.exec(namespace, pod, container);
      return result ?? { ok: false, message: `error: unable to upgrade connection: pod does not exist` };
    },
    machine(name) {
      if (!machines.has(name)) return undefined;
      const context = contexts.get(name) ?? machineContext(name, machineFiles(name, options, authorities));
      contexts.set(name, context);
      return context;
    },
    logs: (namespace, pod, container, previous) =>
      kubeletOf(namespace, pod)?.logs(namespace, pod, container, previous)?.text(),
    logLines: (namespace, pod, container, { previous } = {}) =>
      kubeletOf(namespace, pod)?.logs(namespace, pod, container, previous)?.lines(),
    attach: (namespace, pod, container) =>
      kubeletOf(namespace, pod)?.attach(namespace, pod, container) ?? {
        ok: false,
        message: 'error: unable to upgrade connection: pod does not exist',
      },
    kubelet: (node) => kubelets.get(node)?.service,
    view: () =>
      buildView(api, {
        time: clock.now(),
        nodeCIDR: options.nodeCIDR,
        gateway: options.gateway,
        bridge: podNetworks.bridge,
        veth: podNetworks.veth,
        isGeneric: images.isGeneric,
      }),
    explain: (trace) => explain(trace, createOwners({ api, proxies, podNetworks, ofNetns: ownerOf })),
    stations: (trace) =>
      stations(
        trace,
        (netns) => stationOf(netns, trace, machines, ownerOf(netns), network),
        (from, to) => wireOf(sharedNetwork(network, from.netns, to.netns) ?? options.nodeCIDR),
      ),
    ownerOf,
  };
}

type NodeOf = ResolvedOptions['nodes'][number];

interface NodeParts {
  readonly api: ApiClient;
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly options: ResolvedOptions;
}

function startNodeKubelet(
  node: NodeOf,
  parts: NodeParts & {
    readonly random: ReturnType<typeof createRandom>;
    readonly images: ReturnType<typeof createImageTable>;
    readonly podNetwork: ReturnType<ReturnType<typeof createPodNetworks>['of']>;
  },
): Kubelet {
  const { api, clock, random, network, images, options, podNetwork } = parts;
  const role = 'node-role.kubernetes.io/control-plane';
  const isControlPlane = node.role === 'control-plane';
  return startKubelet({
    api,
    clock,
    random: random.fork(`kubelet ${node.name}`),
    network,
    podNetwork,
    images,
    nodeName: node.name,
    nodeAddress: node.address,
    labels: {
      ...(isControlPlane
        ? { [role]: '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
        : {}),
      ...node.labels,
    },
    ...(isControlPlane ? { taints: [{ key: role, effect: 'NoSchedule' }] } : {}),
    ...(node.capacity ? { capacity: node.capacity } : {}),
    clusterDNS: [options.clusterDNS],
    clusterDomain: options.clusterDomain,
    hostResolvConf: RESOLV_CONF,
  });
}

function startNodeProxy(
  node: NodeOf,
  shared: {
    readonly ruleCache: ReturnType<typeof createRuleCache>;
    readonly tracker: ReturnType<typeof createServiceTracker>;
  },
  { api, clock, network, options }: NodeParts,
): KubeProxy {
  const netns = network.netns(node.name)!;
  const { detectLocalMode = 'ClusterCIDR', ...proxy } = options.proxy;
  const detectors = {
    ClusterCIDR: { mode: 'CIDR', cidr: options.podCIDR },
    NodeCIDR: {
      mode: 'CIDR',
      cidr:
        api.list('nodes').find((each) => each.metadata.name === node.name)?.spec.podCIDR ?? options.podCIDR,
    },
    BridgeInterface: { mode: 'BridgeInterface', bridge: 'cni0' },
    InterfaceNamePrefix: { mode: 'InterfaceNamePrefix', prefix: 'veth' },
  } as const;
  return startKubeProxy({
    api,
    clock,
    nodeName: node.name,
    nodeIP: node.address,
    localDetector: detectors[detectLocalMode],
    ...shared,
    ...proxy,
    restore(pieces) {
      const result = netns.iptablesRestore(pieces, { noflush: true });
      if (!result.ok)
        throw new Error(`kube-proxy wrote what iptables-restore does not read: ${JSON.stringify(result)}`);
    },
    nft(lines) {
      const result = netns.nftLoad(lines);
      if (!result.ok) throw new Error(`kube-proxy wrote what nft does not read: ${JSON.stringify(result)}`);
    },
    sysctl: netns.setSysctl,
    deleteConntrack: netns.conntrackDelete,
    serveHealthCheck(port, answer) {
      const listening = network.listen(node.name, {
        protocol: 'tcp',
        address: '0.0.0.0',
        port,
        process: 'kube-proxy',
        handler() {
          const { status, body } = answer();
          return {
            payload: httpPayload(
              httpResponse(status, [{ name: 'Content-Type', value: 'application/json' }], body),
            ),
          };
        },
      });
      return listening.ok ? listening.close : () => undefined;
    },
  });
}

function addOn(api: ApiClient, options: ResolvedOptions, controlPlane: NodeOf | undefined): void {
  const objects = [
    ...(controlPlane ? controlPlanePods(controlPlane.name, controlPlane.address, KUBERNETES_VERSION) : []),
    ...addons({
      ...options,
      proxyMode: options.proxy.mode ?? 'iptables',
      kubernetesVersion: KUBERNETES_VERSION,
      corednsVersion: COREDNS_VERSION,
    }),
  ];
  for (const object of objects) {
    const resource = RESOURCES.find((info) => info.kind === object.kind)!.name;
    const result = api.create(resource, object as never, { fieldManager: 'kubeadm' });
    if (!result.ok && result.status.reason !== 'AlreadyExists')
      throw new Error(`kubeadm: ${result.status.message}`);
  }
}

const RESOLV_CONF = `nameserver ${OUTSIDE_RESOLVER}\n`;

function machineFiles(
  name: string,
  options: ResolvedOptions,
  authorities: OutsideAuthorities,
): Readonly<Record<string, string>> {
  const hosts = options.nodes.map((node) => `${node.address}\t${node.name}\n`).join('');
  return {
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${hosts}`,
    '/etc/resolv.conf': RESOLV_CONF,
    '/etc/ssl/certs/ca-certificates.crt': authorities.pem,
  };
}

function stationOf(
  netns: string,
  trace: Trace,
  machines: ReadonlyMap<string, string>,
  owner: ObjectReference | undefined,
  network: Network,
): Station {
  const address = machines.get(netns) || firstAddress(network, netns) || addressSeen(trace, netns);
  if (owner?.kind === 'Pod') return { netns, kind: 'pod', name: owner.name, address, object: owner };
  if (owner) return { netns, kind: 'node', name: netns, address, object: owner };
  return { netns, kind: 'outside', name: netns, address };
}

function wireOf(network: string): Station {
  return { netns: '', kind: 'wire', name: network, address: network };
}

function firstAddress(network: Network, netns: string): string | undefined {
  return network
    .netns(netns)
    ?.addresses()
    .find((each) => each.device !== 'lo')?.address;
}

/** The pod is gone: its address is on the first packet that it sent, or on the last that it got. */
function addressSeen(trace: Trace, netns: string): string {
  const hop = trace.hops.find((each) => each.netns === netns);
  const [first] = hop?.steps ?? [];
  if (first?.kind === 'originate') return first.packet.ip.source;
  return hop?.steps.at(-1)?.packet.ip.destination ?? '';
}
