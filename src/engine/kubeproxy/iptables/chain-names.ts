import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base32 } from '../base32.ts';

/** iptables allows chain names of 28 characters; kube-proxy keeps this many of the hash. */
const HASH_LENGTH = 16;

const hash = (text: string) => base32(sha256(utf8ToBytes(text)), HASH_LENGTH);

/** The chains of one Service port. `protocol` is lower case (pkg/proxy/iptables/proxier.go, portProtoHash). */
export function serviceChainNames(servicePortName: string, protocol: string) {
  const suffix = hash(servicePortName + protocol);
  return {
    /** All endpoints: traffic policy Cluster. */
    cluster: `KUBE-SVC-${suffix}`,
    /** This node's endpoints: traffic policy Local. */
    local: `KUBE-SVL-${suffix}`,
    /** Where node port, load balancer and external address traffic enters. */
    external: `KUBE-EXT-${suffix}`,
    /** loadBalancerSourceRanges. */
    firewall: `KUBE-FW-${suffix}`,
  } as const;
}

/** `endpoint` is `ip:port` (servicePortEndpointChainName). */
export function endpointChainName(servicePortName: string, protocol: string, endpoint: string): string {
  return `KUBE-SEP-${hash(servicePortName + protocol + endpoint)}`;
}
