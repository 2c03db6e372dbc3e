import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base32 } from '../base32.ts';
import type { ServicePort } from '../service-port.ts';

/** nft takes names of 256 characters; 16 are kept for `service-`, `external-` and the like. */
const LONGEST = 240;

/** The chains of one Service port: `service-2M73P36B-default/hello/tcp/http` (pkg/proxy/nftables/proxier.go). */
export function serviceChainNames(port: ServicePort) {
  const base = hashed(portBase(port));
  return {
    /** All endpoints: traffic policy Cluster. */
    cluster: `service-${base}`,
    /** This node's endpoints: traffic policy Local. */
    local: `local-${base}`,
    /** Where node port, load balancer and external address traffic enters. */
    external: `external-${base}`,
    /** loadBalancerSourceRanges. */
    firewall: `firewall-${base}`,
  } as const;
}

/** The chain of an endpoint (`ip:port`) and its set of clients that stick to it. */
export function endpointNames(port: ServicePort, endpoint: string) {
  const colon = endpoint.lastIndexOf(':');
  const ip = endpoint
    .slice(0, colon)
    .replace(/^\[|\]$/g, '')
    .replaceAll(':', '.');
  const base = hashed(`${portBase(port)}__${ip}/${endpoint.slice(colon + 1)}`);
  return { chain: `endpoint-${base}`, affinity: `affinity-${base}` } as const;
}

function portBase({ service, index, protocol }: ServicePort): string {
  const { namespace, name } = service.metadata;
  return `${namespace}/${name}/${protocol.toLowerCase()}/${service.spec.ports?.[index]?.name ?? ''}`;
}

/** Eight characters of its hash first, so that names that differ at their end differ to the eye (hashAndTruncate). */
function hashed(name: string): string {
  const full = `${base32(sha256(utf8ToBytes(name)), 8)}-${name}`;
  return full.length > LONGEST ? `${full.slice(0, LONGEST - 3)}...` : full;
}
