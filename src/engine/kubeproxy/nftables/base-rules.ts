import { ipFamilyOf, isLoopback, type Prefix, parsePrefix } from '../ip-family.ts';
import type { ProxyConfig } from '../proxy-config.ts';

/** The containers that a Service has elements in. All but `cluster-ips` are maps. */
export const CONTAINERS = [
  'cluster-ips',
  'service-ips',
  'firewall-ips',
  'no-endpoint-services',
  'no-endpoint-nodeports',
  'service-nodeports',
] as const;
export type Container = (typeof CONTAINERS)[number];

const FIRST: readonly (readonly [name: string, type: string, hook: string, priority: number])[] = [
  ['filter-prerouting-pre-dnat', 'filter', 'prerouting', -110],
  ['filter-output-pre-dnat', 'filter', 'output', -110],
  ['filter-input', 'filter', 'input', 0],
  ['filter-forward', 'filter', 'forward', 0],
  ['filter-output', 'filter', 'output', 0],
  ['nat-prerouting', 'nat', 'prerouting', -100],
  ['nat-output', 'nat', 'output', -100],
  ['nat-postrouting', 'nat', 'postrouting', 100],
];

/** From the chains on hooks into kube-proxy's own. */
const JUMPS: readonly (readonly [to: string, from: string, match: string])[] = [
  ['nodeport-endpoints-check', 'filter-input', 'ct state new '],
  ['service-endpoints-check', 'filter-input', 'ct state new '],
  ['service-endpoints-check', 'filter-forward', 'ct state new '],
  ['service-endpoints-check', 'filter-output', 'ct state new '],
  ['firewall-check', 'filter-prerouting-pre-dnat', 'ct state new '],
  ['firewall-check', 'filter-output-pre-dnat', 'ct state new '],
  ['services', 'nat-output', ''],
  ['services', 'nat-prerouting', ''],
  ['masquerading', 'nat-postrouting', ''],
  ['cluster-ips-check', 'filter-forward', 'ct state new '],
  ['cluster-ips-check', 'filter-output', 'ct state new '],
];

/** `ip kube-proxy` or `ip6 kube-proxy`. */
export function tableName(config: ProxyConfig): string {
  return `${ipX(config)} kube-proxy`;
}

export function ipX(config: ProxyConfig): 'ip' | 'ip6' {
  return config.ipFamily === 'IPv6' ? 'ip6' : 'ip';
}

/**
 * The lines that make the table what it is without any Service: chains on hooks, the way from them into the maps.
 * Models setupNFTables (pkg/proxy/nftables/proxier.go, v1.36). `first`: chains on hooks are made anew, in case that an
 * older kube-proxy left others.
 */
export function setUpLines(config: ProxyConfig, serviceCIDRs: readonly string[], first: boolean): string[] {
  const table = tableName(config);
  const ip = ipX(config);
  const address = ip === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
  const mark = `0x${(1 << (config.masqueradeBit ?? 14)).toString(16).padStart(6, '0')}`;
  const lines = [`add table ${table} { comment "rules for kube-proxy" ; }`];
  const rule = (chain: string, text: string) => lines.push(`add rule ${table} ${chain} ${text}`);
  const made = new Set<string>();
  const ensure = (chain: string, block = '') => {
    if (made.has(chain)) return;
    made.add(chain);
    lines.push(`add chain ${table} ${chain}${block}`, `flush chain ${table} ${chain}`);
  };
  const container = (kind: 'set' | 'map', name: string, type: string, comment: string) =>
    lines.push(`add ${kind} ${table} ${name} { type ${type} ; comment "${comment}" ; }`);

  if (first)
    for (const [name] of FIRST) lines.push(`add chain ${table} ${name}`, `delete chain ${table} ${name}`);
  for (const [name, type, hook, priority] of FIRST)
    ensure(name, ` { type ${type} hook ${hook} priority ${priority} ; }`);
  for (const [to, from, match] of JUMPS) {
    ensure(to);
    rule(from, `${match}jump ${to}`);
  }
  ensure('mark-for-masquerade');
  rule('mark-for-masquerade', `mark set mark or ${mark}`);
  rule('masquerading', `mark and ${mark} == 0 return`);
  rule('masquerading', `mark set mark xor ${mark}`);
  rule('masquerading', 'masquerade fully-random');

  container('set', 'cluster-ips', address, 'Active ClusterIPs');
  rule(
    'cluster-ips-check',
    `${ip} daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"`,
  );
  if (serviceCIDRs.length > 0) {
    const comment = 'comment "Drop traffic to unallocated ClusterIPs"';
    rule('cluster-ips-check', `${ip} daddr { ${serviceCIDRs.join(' , ')} } drop ${comment}`);
  }

  container('set', 'nodeport-ips', address, 'IPs that accept NodePort traffic');
  const nodePorts = nodePortAddresses(config);
  lines.push(`${nodePorts === 'all' ? 'delete' : 'flush'} set ${table} nodeport-ips`);
  if (nodePorts !== 'all')
    for (const each of nodePorts) lines.push(`add element ${table} nodeport-ips { ${each} }`);

  const triple = `${address} . inet_proto . inet_service : verdict`;
  const pair = 'inet_proto . inet_service : verdict';
  const vmap = `${ip} daddr . meta l4proto . th dport vmap`;
  const noLocalhost = ip === 'ip' ? 'ip daddr != 127.0.0.0/8' : 'ip6 daddr != ::1';
  const toNodePorts = (isAll: string) =>
    `${nodePorts === 'all' ? isAll : `${ip} daddr @nodeport-ips`} meta l4proto . th dport vmap`;
  const dropOrReject = (of: string) => `vmap to drop or reject packets to ${of} with no endpoints`;
  container('map', 'no-endpoint-services', triple, dropOrReject('services'));
  container('map', 'no-endpoint-nodeports', pair, dropOrReject('service nodeports'));
  ensure('reject-chain', ' { comment "helper for @no-endpoint-services / @no-endpoint-nodeports" ; }');
  rule('reject-chain', 'reject');
  rule('service-endpoints-check', `${vmap} @no-endpoint-services`);
  rule('nodeport-endpoints-check', `${toNodePorts(noLocalhost)} @no-endpoint-nodeports`);
  const firewalled = 'destinations that are subject to LoadBalancerSourceRanges';
  container('map', 'firewall-ips', triple, firewalled);
  rule('firewall-check', `${vmap} @firewall-ips`);
  container('map', 'service-ips', triple, 'ClusterIP, ExternalIP and LoadBalancer IP traffic');
  container('map', 'service-nodeports', pair, 'NodePort traffic');
  rule('services', `${vmap} @service-ips`);
  rule('services', `${toNodePorts(`fib daddr type local ${noLocalhost}`)} @service-nodeports`);
  for (const name of CONTAINERS)
    lines.push(`flush ${name === 'cluster-ips' ? 'set' : 'map'} ${table} ${name}`);
  return lines;
}

/** By default the node's primary address, and never loopback: in this mode localhost has no node ports. */
function nodePortAddresses(config: ProxyConfig): readonly string[] | 'all' {
  const family = config.ipFamily ?? 'IPv4';
  if (!config.nodePortAddresses) return [config.nodeIP];
  const prefixes: Prefix[] = config.nodePortAddresses
    .flatMap((text) => parsePrefix(text) ?? [])
    .filter((prefix) => prefix.family === family);
  if (prefixes.length === 0 || prefixes.some(({ bits }) => bits === 0)) return 'all';
  return (config.nodeLocalIPs ?? ['127.0.0.1', config.nodeIP]).filter(
    (ip) => ipFamilyOf(ip) === family && !isLoopback(ip) && prefixes.some((prefix) => prefix.contains(ip)),
  );
}
