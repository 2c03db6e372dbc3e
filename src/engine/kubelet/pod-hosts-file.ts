import type { PodSpec } from '../api/index.ts';

/** Models managedHostsFileContent and nodeHostsFileContent (pkg/kubelet/kubelet_pods.go, v1.36): a pod's /etc/hosts. */
export function podHostsFile(pod: {
  readonly spec: PodSpec;
  readonly addresses: readonly string[];
  readonly hostname: string;
  /** The pod's fully qualified name, when it has a subdomain. */
  readonly fqdn?: string;
  /** The node's own /etc/hosts. */
  readonly nodeHostsFile: string;
}): string {
  const aliases = aliasLines(pod.spec.hostAliases ?? []);
  if (pod.spec.hostNetwork)
    return `# Kubernetes-managed hosts file (host network).\n${pod.nodeHostsFile}${aliases}`;
  const own = pod.addresses.map((address) =>
    pod.fqdn ? `${address}\t${pod.fqdn}\t${pod.hostname}\n` : `${address}\t${pod.hostname}\n`,
  );
  return [
    '# Kubernetes-managed hosts file.\n',
    '127.0.0.1\tlocalhost\n',
    '::1\tlocalhost ip6-localhost ip6-loopback\n',
    'fe00::0\tip6-localnet\n',
    'fe00::0\tip6-mcastprefix\n',
    'fe00::1\tip6-allnodes\n',
    'fe00::2\tip6-allrouters\n',
    ...own,
    aliases,
  ].join('');
}

function aliasLines(
  aliases: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[],
): string {
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames }) => `${ip}\t${(hostnames ?? []).join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}
