import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** iptables allows chain names of 28 characters; kube-proxy keeps this many of the hash. */
const HASH_LENGTH = 16;

/** The first 16 characters of base32(sha256(text)): 80 bits, five to a character. */
function hash(text: string): string {
  const digest = sha256(utf8ToBytes(text));
  let name = '';
  for (let bit = 0; name.length < HASH_LENGTH; bit += 5) {
    const pair = ((digest[bit >> 3] ?? 0) << 8) | (digest[(bit >> 3) + 1] ?? 0);
    name += BASE32[(pair >> (11 - (bit & 7))) & 31];
  }
  return name;
}

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
