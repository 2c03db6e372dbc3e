import type { PodSpec } from '../api/index.ts';

export interface PodDnsOptions {
  /** The node's own /etc/resolv.conf; '' when the kubelet runs with `--resolv-conf=""`. */
  readonly hostResolvConf: string;
  /** The kubelet's `clusterDNS`. */
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
}

export interface PodDns {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
  /** /etc/resolv.conf as containerd writes it. */
  readonly resolvConf: string;
  /** What the kubelet says in Warning events, reason DNSConfigForming or MissingClusterDNS. */
  readonly warnings: readonly { readonly reason: string; readonly message: string }[];
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;
const MAX_DOMAIN_LENGTH = 253;
const DEFAULT_OPTIONS = ['ndots:5'];

/** Models GetPodDNS (pkg/kubelet/network/dns/dns.go, v1.36), and containerd's text (internal/cri/server/sandbox_run_linux.go). */
export function podDns(
  pod: {
    readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string };
    readonly spec: PodSpec;
  },
  options: PodDnsOptions,
): PodDns {
  const warnings: { reason: string; message: string }[] = [];
  const host = parseHost(options.hostResolvConf);
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  const namespace = pod.metadata.namespace ?? 'default';
  const wantsCluster =
    policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);

  let dns: { nameservers: readonly string[]; searches: readonly string[]; options: readonly string[] };
  if (policy === 'None') {
    dns = { nameservers: [], searches: [], options: [] };
  } else if (wantsCluster && options.clusterDNS.length > 0) {
    const { clusterDomain } = options;
    const own = clusterDomain
      ? [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
      : [];
    dns = {
      nameservers: options.clusterDNS,
      searches: unique([...own, ...host.searches]),
      options: DEFAULT_OPTIONS,
    };
  } else {
    if (wantsCluster) {
      const message = `kubelet does not have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.`;
      const name = `${pod.metadata.name}_${namespace}(${pod.metadata.uid ?? ''})`;
      warnings.push({ reason: 'MissingClusterDNS', message: `pod: "${name}". ${message}` });
    }
    dns = options.hostResolvConf === '' ? { nameservers: ['127.0.0.1'], searches: ['.'], options: [] } : host;
  }

  const config = pod.spec.dnsConfig;
  if (config) {
    dns = {
      nameservers: unique([...dns.nameservers, ...(config.nameservers ?? [])]),
      searches: unique([...dns.searches, ...(config.searches ?? [])]),
      options: mergeOptions(dns.options, config.options ?? []),
    };
  }
  const nameservers = fitNameservers(dns.nameservers, warnings);
  const searches = fitSearches(dns.searches, warnings);
  return {
    nameservers,
    searches,
    options: dns.options,
    warnings,
    resolvConf: resolvConfText({ nameservers, searches, options: dns.options }) || options.hostResolvConf,
  };
}

/** nameserver lines add up; the last search line and the last options line win. */
function parseHost(text: string) {
  const nameservers: string[] = [];
  let searches: readonly string[] = [];
  let options: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && words[0]) nameservers.push(words[0]);
    if (keyword === 'search') searches = words.map((word) => (word === '.' ? word : word.replace(/\.$/, '')));
    if (keyword === 'options') options = words;
  }
  return { nameservers, searches, options };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

/** The pod's own option wins over one of the same name. The real order is that of a Go map, by chance: here by name. */
function mergeOptions(
  existing: readonly string[],
  added: readonly { readonly name: string; readonly value?: string }[],
): readonly string[] {
  const byName = new Map<string, string>();
  for (const option of existing) {
    const colon = option.indexOf(':');
    if (colon < 0) byName.set(option, '');
    else byName.set(option.slice(0, colon), option.slice(colon + 1));
  }
  for (const { name, value } of added) byName.set(name, value ?? '');
  return [...byName].map(([name, value]) => (value === '' ? name : `${name}:${value}`)).sort();
}

function fitNameservers(
  nameservers: readonly string[],
  warnings: { reason: string; message: string }[],
): readonly string[] {
  if (nameservers.length <= MAX_NAMESERVERS) return nameservers;
  const kept = nameservers.slice(0, MAX_NAMESERVERS);
  const message = `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${kept.join(' ')}`;
  warnings.push({ reason: 'DNSConfigForming', message });
  return kept;
}

function fitSearches(
  searches: readonly string[],
  warnings: { reason: string; message: string }[],
): readonly string[] {
  let kept = searches.slice(0, MAX_SEARCHES).filter((domain) => domain.length <= MAX_DOMAIN_LENGTH);
  while (kept.join(' ').length > MAX_SEARCH_CHARACTERS) kept = kept.slice(0, -1);
  if (kept.length < searches.length) {
    const message = `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${kept.join(' ')}`;
    warnings.push({ reason: 'DNSConfigForming', message });
  }
  return kept;
}

function resolvConfText(dns: {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}): string {
  const search = dns.searches.length > 0 ? `search ${dns.searches.join(' ')}\n` : '';
  const servers = dns.nameservers.map((server) => `nameserver ${server}\n`).join('');
  return search + servers + (dns.options.length > 0 ? `options ${dns.options.join(' ')}\n` : '');
}
