/** Rules for packets that leave the pods' networks, as the agents of two well-known CNI set-ups write them. */

export interface PodEgress {
  readonly clusterCIDR: string;
  /** This node's part of it. */
  readonly podCIDR: string;
}

/**
 * flannel: chains FLANNEL-POSTRTG and FLANNEL-FWD (pkg/trafficmngr/iptables). What kube-proxy marked is its own
 * business; between pods nothing changes; the rest gets the node's address.
 */
export function flannelRules({ clusterCIDR, podCIDR }: PodEgress): string {
  const masq = '-m comment --comment "flanneld masq"';
  const forward = '-m comment --comment "flanneld forward"';
  return `*nat
:FLANNEL-POSTRTG - [0:0]
-A POSTROUTING ${masq} -j FLANNEL-POSTRTG
-A FLANNEL-POSTRTG -m mark --mark 0x4000/0x4000 ${masq} -j RETURN
-A FLANNEL-POSTRTG -s ${podCIDR} -d ${clusterCIDR} ${masq} -j RETURN
-A FLANNEL-POSTRTG -s ${clusterCIDR} -d ${podCIDR} ${masq} -j RETURN
-A FLANNEL-POSTRTG ! -s ${clusterCIDR} -d ${podCIDR} ${masq} -j RETURN
-A FLANNEL-POSTRTG -s ${clusterCIDR} ! -d 224.0.0.0/4 ${masq} -j MASQUERADE --random-fully
-A FLANNEL-POSTRTG ! -s ${clusterCIDR} -d ${clusterCIDR} ${masq} -j MASQUERADE --random-fully
COMMIT
${flannelForwardRules(clusterCIDR, forward)}`;
}

/** Without masquerading, flannel still lets pods' packets through. */
export function flannelForwardRules(
  clusterCIDR: string,
  comment = '-m comment --comment "flanneld forward"',
): string {
  return `*filter
:FLANNEL-FWD - [0:0]
-A FORWARD ${comment} -j FLANNEL-FWD
-A FLANNEL-FWD -s ${clusterCIDR} ${comment} -j ACCEPT
-A FLANNEL-FWD -d ${clusterCIDR} ${comment} -j ACCEPT
COMMIT
`;
}

/** kindnet: chain KIND-MASQ-AGENT (images/kindnetd/cmd/kindnetd/masq.go). */
export function kindnetRules({ clusterCIDR }: PodEgress): string {
  const agent = (text: string) => `-m comment --comment "kind-masq-agent: ${text}"`;
  return `*nat
:KIND-MASQ-AGENT - [0:0]
-A POSTROUTING -m addrtype ! --dst-type LOCAL ${agent('ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom KIND-MASQ-AGENT chain')} -j KIND-MASQ-AGENT
-A KIND-MASQ-AGENT -d ${clusterCIDR} ${agent('local traffic is not subject to MASQUERADE')} -j RETURN
-A KIND-MASQ-AGENT ${agent('outbound traffic is subject to MASQUERADE (must be last in chain)')} -j MASQUERADE
COMMIT
`;
}
