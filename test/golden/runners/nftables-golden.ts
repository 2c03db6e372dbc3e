import type { EndpointSlice, Service } from '../../../src/engine/api/index.ts';
import { renderNftables } from '../../../src/engine/kubeproxy/index.ts';
import { createNetwork } from '../../../src/engine/linux/index.ts';
import type { GoldenResult } from '../result.ts';
import { type ProxyRecord, proxyConfig } from '../support/proxy.ts';

export const file = 'nftables-golden.json';

interface Records {
  readonly meta: { readonly proxyDefaults: ProxyRecord };
  readonly cases: readonly {
    readonly id: string;
    readonly services: readonly Service[];
    readonly endpointSlices: readonly EndpointSlice[];
    readonly proxy: Partial<ProxyRecord>;
    readonly nftListTable: readonly string[];
  }[];
}

/** What the kernel lists after it has loaded our transaction, beside what it listed after kube-proxy's own. */
export function run(records: unknown): GoldenResult[] {
  const { meta, cases } = records as Records;
  return cases.map(({ id, services, endpointSlices, proxy, nftListTable }) => {
    // The record says `primary (172.18.0.2)`, which is the mode's default.
    const config = proxyConfig({ ...meta.proxyDefaults, ...proxy, nodePortAddresses: null });
    const netns = createNetwork({ now: () => 0, random: () => 0 }).addNetns('node');
    const loaded = netns.nftLoad(renderNftables({ services, endpointSlices }, config));
    if (!loaded.ok) return { id, passed: false, difference: JSON.stringify(loaded.error) };
    const wanted = newer(blocks(nftListTable));
    const came = blocks(netns.nftList().split('\n'));
    const difference = [...new Set([...wanted.keys(), ...came.keys()])].flatMap((name) =>
      compare(name, wanted.get(name), came.get(name)),
    );
    return { id, passed: difference.length === 0, difference: difference.join('\n    ') };
  });
}

/** Sets, maps and chains by their first line; each with its lines, and with its elements as a line each. */
function blocks(lines: readonly string[]): Map<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of lines.map((each) => each.trim())) {
    const head = /^(set|map|chain) (\S+) \{$/.exec(line);
    if (head) {
      current = [];
      found.set(`${head[1]} ${head[2]}`, current);
    } else if (line === '}') current = undefined;
    else if (current && line !== '') {
      const elements = line.replace(/^elements = \{ /, '').replace(/ \}$/, '');
      const isElements = line.startsWith('elements') || current.at(-1)?.startsWith('element ');
      if (isElements) {
        for (const element of elements.split(/, ?/)) if (element) current.push(`element ${element}`);
      } else current.push(line);
    }
  }
  return found;
}

/**
 * The record is of kube-proxy v1.30; this is what later releases changed (`newerReleases` of the record): the checks
 * after DNAT hang on the filter priority, and the masquerade rule of a ClusterIP does not name the port.
 */
function newer(recorded: Map<string, readonly string[]>): Map<string, readonly string[]> {
  const now = new Map<string, readonly string[]>();
  for (const [name, lines] of recorded) {
    now.set(
      name,
      lines.map((line) =>
        line.replace(/^(ip6? daddr \S+) (?:tcp|udp|sctp) dport \d+ (.*mark-for-masquerade)$/, '$1 $2'),
      ),
    );
  }
  for (const name of ['chain filter-prerouting', 'chain filter-output-post-dnat']) now.delete(name);
  const base = (hook: string, priority: string, ...to: readonly string[]) => [
    `type filter hook ${hook} priority ${priority}; policy accept;`,
    ...to.map((chain) => `ct state new jump ${chain}`),
  ];
  now.set('chain filter-prerouting-pre-dnat', base('prerouting', 'dstnat - 10', 'firewall-check'));
  now.set('chain filter-output-pre-dnat', base('output', '-110', 'firewall-check'));
  now.set(
    'chain filter-input',
    base('input', 'filter', 'nodeport-endpoints-check', 'service-endpoints-check'),
  );
  now.set('chain filter-forward', base('forward', 'filter', 'service-endpoints-check', 'cluster-ips-check'));
  now.set('chain filter-output', base('output', 'filter', 'service-endpoints-check', 'cluster-ips-check'));
  return now;
}

/** Elements are compared as a set, the rules of a chain in their order. */
function compare(
  name: string,
  wanted: readonly string[] | undefined,
  came: readonly string[] | undefined,
): string[] {
  if (!wanted || !came) return [`${name}: ${wanted ? 'is missing' : 'should not be'}`];
  const order = (lines: readonly string[]) => (name.startsWith('chain') ? lines : [...lines].sort());
  const [left, right] = [order(wanted), order(came)];
  if (left.join('\n') === right.join('\n')) return [];
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `${name} misses ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `${name} has ${line}`),
    `${name} differs`,
  ];
}
