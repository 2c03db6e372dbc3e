import type { Pod } from '../api/index.ts';
import type { ContainerConfig } from './container.ts';
import { hexDigest } from './container-id.ts';
import type { ContainerRecord } from './container-record.ts';
import { containerEnvironment, expandVariables } from './environment.ts';
import { createFileSystem, createFileTree, type FileTree, type Mount, readOnlyTree } from './filesystem.ts';
import type { Image } from './images/image.ts';
import type { NodeContext } from './node-context.ts';
import { podHostname } from './pod-hostname.ts';
import { podHostsFile } from './pod-hosts-file.ts';
import { podDns } from './pod-resolv-conf.ts';
import { SERVICE_ACCOUNT_FOLDER } from './volumes.ts';

/** The search path of every image of the table. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** How long `settle()` waits for the sleeps of a container that is expected to end. */
const PATIENCE_MS = 30_000;

export interface SandboxState {
  readonly netns: string;
  readonly addresses: readonly string[];
  readonly volumes: ReadonlyMap<string, FileTree>;
}

/** Models generateContainerConfig (pkg/kubelet/kuberuntime/kuberuntime_container.go, v1.36). The error is CreateContainerConfigError's. */
export function containerConfig(
  node: NodeContext,
  pod: Pod,
  record: ContainerRecord,
  image: Image,
  sandbox: SandboxState,
):
  | { readonly ok: true; readonly config: ContainerConfig }
  | { readonly ok: false; readonly message: string } {
  const { spec } = record;
  const namespace = pod.metadata.namespace ?? 'default';
  const environment = containerEnvironment({
    pod,
    container: spec,
    nodeName: node.nodeName,
    hostIP: node.nodeAddress,
    podIPs: sandbox.addresses,
    allocatable: node.allocatable,
    serviceLinks: node.serviceLinks(namespace, pod.spec.enableServiceLinks ?? true),
    configMap: (name) => node.configMap(namespace, name),
    secret: (name) => node.secret(namespace, name),
  });
  if (!environment.ok) return environment;
  const { hostname, fqdn } = podHostname(pod, node.nodeName, node.clusterDomain);
  const inherited = Object.getPrototypeOf(environment.env) as Readonly<Record<string, string>>;
  const env: Readonly<Record<string, string>> = Object.assign(
    Object.create(inherited),
    { PATH, HOSTNAME: hostname, HOME: '/root' },
    image.env,
    environment.env,
  );
  const expand = (words: readonly string[]) =>
    words.map((word) => expandVariables(word, (name) => environment.env[name]));
  const command = expand(spec.command ?? []);
  const words = expand(spec.args ?? []);
  const entrypoint = command.length > 0 ? command : image.entrypoint;
  const rest = words.length > 0 || command.length > 0 ? words : image.cmd;
  const etc: Record<string, string> = {
    hosts: podHostsFile({
      spec: pod.spec,
      addresses: sandbox.addresses,
      hostname,
      ...(fqdn && { fqdn }),
      nodeHostsFile: node.hostHostsFile ?? '127.0.0.1\tlocalhost\n',
    }),
    hostname: `${hostname}\n`,
    'resolv.conf': podDns(pod, node).resolvConf,
  };
  const expectedToEnd = record.kind === 'init' || (pod.spec.restartPolicy ?? 'Always') !== 'Always';
  return {
    ok: true,
    config: {
      image,
      arguments: [...entrypoint, ...rest],
      env,
      workingDirectory: spec.workingDir ?? image.workingDirectory ?? '/',
      hostname,
      netns: sandbox.netns,
      addresses: sandbox.addresses,
      files: createFileSystem({ ...image.files }, [
        ...volumeMounts(node, pod, record, sandbox.volumes),
        ...etcMounts(etc),
      ]),
      declaredPorts: (spec.ports ?? []).map(({ containerPort, protocol }) => ({
        port: containerPort,
        protocol: protocol === 'UDP' ? ('udp' as const) : ('tcp' as const),
      })),
      patience: expectedToEnd ? PATIENCE_MS : 0,
      stdin: spec.stdin ? (spec.stdinOnce ? 'once' : 'open') : 'closed',
      terminal: spec.tty ?? false,
    },
  };
}

/** The files that the kubelet and the runtime mount one by one; a process may write to them. */
function etcMounts(files: Readonly<Record<string, string>>): readonly Mount[] {
  const tree = createFileTree(files);
  return Object.keys(files).map((name) => ({ path: `/etc/${name}`, tree, subPath: name }));
}

function volumeMounts(
  node: NodeContext,
  pod: Pod,
  record: ContainerRecord,
  volumes: ReadonlyMap<string, FileTree>,
): readonly Mount[] {
  const mounts = (record.spec.volumeMounts ?? []).flatMap((mount): Mount[] => {
    const tree = volumes.get(mount.name);
    if (!tree) return [];
    return [
      {
        path: mount.mountPath.replace(/\/+$/, '') || '/',
        tree,
        ...(mount.subPath && { subPath: expandVariables(mount.subPath, () => undefined) }),
        ...(mount.readOnly && { readOnly: true }),
      },
    ];
  });
  if (mounts.some(({ path }) => path === SERVICE_ACCOUNT_FOLDER)) return mounts;
  return [...mounts, { path: SERVICE_ACCOUNT_FOLDER, tree: serviceAccountTree(node, pod), readOnly: true }];
}

/** The projected volume that the ServiceAccount admission plugin adds to every pod: kube-api-access. */
function serviceAccountTree(node: NodeContext, pod: Pod): FileTree {
  const namespace = pod.metadata.namespace ?? 'default';
  return readOnlyTree(() => ({
    'ca.crt': node.configMap(namespace, 'kube-root-ca.crt')?.['ca.crt'] ?? '',
    namespace,
    // Nobody checks it here, so it is only opaque, as a token is to its bearer.
    token: hexDigest(`token ${pod.metadata.uid}`),
  }));
}
