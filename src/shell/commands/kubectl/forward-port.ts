import type { Pod } from '../../../engine/index.ts';
import type { KubectlContext } from './kubectl-command.ts';

export interface ForwardedPort {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

/** One listening port on this computer, whose connections come out inside a pod. */
export interface Forwarding {
  close(): void;
}

/** Ports that Linux gives to who asks for any (net.ipv4.ip_local_port_range). */
const EPHEMERAL = [32768, 60999] as const;

/**
 * Listens on an address of this computer. What comes there goes through the API server and the kubelet to the container
 * runtime, which connects to the port on the pod's own loopback:
 *
 *   curl ─▶ kubectl 127.0.0.1:8080 ═▶ API server ═▶ kubelet ═▶ containerd ─▶ 127.0.0.1:80 in the pod
 *
 * So neither Services nor NetworkPolicies have a say. Answers why it cannot be; `onLost` is called when the pod did not
 * answer, which ends the command.
 */
export function forwardPort(
  context: KubectlContext,
  pod: Pod,
  address: string,
  { local, remote }: ForwardedPort,
  onLost: () => void,
): Forwarding | string {
  const { process } = context;
  const { cluster } = process.session;
  const { network } = cluster;
  const entered = cluster.exec(pod.metadata.namespace ?? '', pod.metadata.name, pod.spec.containers[0]?.name);
  const netns = entered.ok ? entered.context.netns : `${pod.metadata.namespace}/${pod.metadata.name}`;
  const listen = (port: number) =>
    network.listen(process.machine.context.netns, {
      protocol: 'tcp',
      address,
      port,
      process: 'kubectl',
      handler({ payload }) {
        context.out(`Handling connection for ${port}\n`);
        const inner = network.request({
          netns,
          process: 'containerd',
          protocol: 'tcp',
          destination: { address: '127.0.0.1', port: remote },
          ...(payload && { payload }),
        });
        process.session.record([inner]);
        const { outcome } = inner;
        if (outcome.kind === 'replied')
          return { ...(outcome.payload && { payload: outcome.payload }), delayMs: inner.elapsedMs };
        context.err(forwardError(context, pod, port, remote));
        onLost();
        return {};
      },
    });
  let port = local;
  let listening = listen(port === 0 ? EPHEMERAL[0] : port);
  for (port = local === 0 ? EPHEMERAL[0] : local; local === 0 && !listening.ok && port < EPHEMERAL[1]; )
    listening = listen(++port);
  if (!listening.ok)
    return `unable to create listener: Error listen tcp4 ${address}:${port}: bind: ${listening.errno === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address'}`;
  context.out(`Forwarding from ${address}:${port} -> ${remote}\n`);
  return { close: listening.close };
}

/** client-go's log line for a connection that came to nothing in the pod. */
function forwardError({ process }: KubectlContext, pod: Pod, local: number, remote: number): string {
  const stamp = process.session.cluster.timestamp();
  const [, month = '', day = '', time = ''] = /^\d+-(\d+)-(\d+)T([\d:]+)/.exec(stamp) ?? [];
  const sandbox = (pod.metadata.uid ?? '').replaceAll('-', '').padEnd(64, '0').slice(0, 64);
  return `E${month}${day} ${time}.000000    1000 portforward.go:424] "Unhandled Error" err="an error occurred forwarding ${local} -> ${remote}: error forwarding port ${remote} to pod ${sandbox}, uid : failed to execute portforward in network namespace \\"/var/run/netns/cni-${(pod.metadata.uid ?? '').slice(0, 36)}\\": failed to connect to localhost:${remote} inside namespace \\"${sandbox}\\", IPv4: dial tcp4 127.0.0.1:${remote}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found "`;
}
