import { type Connected, subnetOf } from './attachment.ts';
import { chainName } from './chain-name.ts';

/** `ipMasq: true`: what leaves the pod's network gets the node's address (pkg/ip/ipmasq_iptables_linux.go). */
export function addMasquerade({ network, networkName, node, containerId, lease }: Connected): void {
  const chain = chainName(networkName, containerId);
  network
    .netns(node)!
    .iptablesRestore(
      [
        '*nat',
        `:${chain} - [0:0]`,
        `-A ${chain} -d ${subnetOf(lease)} ${comment(networkName, containerId)} -j ACCEPT`,
        `-A ${chain} ! -d 224.0.0.0/4 ${comment(networkName, containerId)} -j MASQUERADE`,
        `-A POSTROUTING -s ${lease.address} ${comment(networkName, containerId)} -j ${chain}`,
        'COMMIT',
        '',
      ].join('\n'),
      { noflush: true },
    );
}

export function removeMasquerade({ network, networkName, node, containerId, lease }: Connected): void {
  const chain = chainName(networkName, containerId);
  network
    .netns(node)!
    .iptablesRestore(
      [
        '*nat',
        `-D POSTROUTING -s ${lease.address} ${comment(networkName, containerId)} -j ${chain}`,
        `-F ${chain}`,
        `-X ${chain}`,
        'COMMIT',
        '',
      ].join('\n'),
      { noflush: true },
    );
}

function comment(networkName: string, containerId: string): string {
  return `-m comment --comment "name: \\"${networkName}\\" id: \\"${containerId}\\""`;
}
