import { ipFamilyOf, isLoopback, parsePrefix } from '../ip-family.ts';
import type { ProxyConfig } from '../proxy-config.ts';

/** The rules that stand whatever the Services are. Models the fixed parts of syncProxyRules (proxier.go, v1.36). */
export interface BaseRules {
  readonly filterChains: readonly string[];
  readonly filterFirst: readonly string[];
  readonly filterLast: readonly string[];
  readonly natChains: readonly string[];
  readonly natFirst: readonly string[];
  /** The way to KUBE-NODEPORTS: it must stay behind all other rules of KUBE-SERVICES. */
  readonly natLast: readonly string[];
}

const MATCH_ALL = { IPv4: '0.0.0.0/0', IPv6: '::/0' } as const;

export function baseRules(config: ProxyConfig): BaseRules {
  const mark = `0x${(1 << (config.masqueradeBit ?? 14)).toString(16)}`;
  const guardsLoopback = config.ipFamily !== 'IPv6' && usesLocalhostNodePorts(config);
  return {
    filterChains: [
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
      'KUBE-FORWARD',
      'KUBE-NODEPORTS',
      'KUBE-PROXY-FIREWALL',
      ...(guardsLoopback ? ['KUBE-FIREWALL'] : []),
    ],
    // With route_localnet on, hosts beside the node could reach its loopback (CVE-2020-8558).
    filterFirst: guardsLoopback
      ? [
          '-A KUBE-FIREWALL -m comment --comment "block incoming localnet connections" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
        ]
      : [],
    filterLast: [
      ...(config.conntrackTCPLiberal ? [] : ['-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP']),
      `-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark ${mark}/${mark} -j ACCEPT`,
      '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ],
    natChains: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'],
    natFirst: [
      `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
      `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
      '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
      `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
    ],
    natLast: nodePortDestinations(config).map(
      (destination) =>
        `-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" ${destination} -j KUBE-NODEPORTS`,
    ),
  };
}

/** Whether 127.0.0.1 answers node ports, for which the node needs net.ipv4.conf.all.route_localnet=1. */
export function usesLocalhostNodePorts(config: ProxyConfig): boolean {
  if (config.ipFamily === 'IPv6' || config.localhostNodePorts === false) return false;
  return nodePortPrefixes(config).some(
    (prefix) => prefix.contains('127.0.0.1') || isLoopback(prefix.text.replace(/\/.*/, '')),
  );
}

function nodePortPrefixes(config: ProxyConfig) {
  const family = config.ipFamily ?? 'IPv4';
  const own = (config.nodePortAddresses ?? [])
    .flatMap((text) => parsePrefix(text) ?? [])
    .filter((prefix) => prefix.family === family);
  if (own.length > 0) return own;
  const all = parsePrefix(MATCH_ALL[family]);
  return all ? [all] : [];
}

/** The matches that lead to KUBE-NODEPORTS: any local address, or each of those that the operator chose. */
function nodePortDestinations(config: ProxyConfig): readonly string[] {
  const family = config.ipFamily ?? 'IPv4';
  const prefixes = nodePortPrefixes(config);
  const localhost = usesLocalhostNodePorts(config);
  if (prefixes.some((prefix) => prefix.bits === 0)) {
    const except = family === 'IPv6' ? ' ! -d ::1/128' : localhost ? '' : ' ! -d 127.0.0.0/8';
    return [`-m addrtype --dst-type LOCAL${except}`];
  }
  return (config.nodeLocalIPs ?? ['127.0.0.1', config.nodeIP])
    .filter((ip) => ipFamilyOf(ip) === family && prefixes.some((prefix) => prefix.contains(ip)))
    .filter((ip) => localhost || !isLoopback(ip))
    .map((ip) => `-d ${ip}`);
}
