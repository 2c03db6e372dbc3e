import type { EndpointSlice, Service } from '../../../src/engine/api/index.ts';
import { renderJumpRules } from '../../../src/engine/kubeproxy/index.ts';
import { createNetwork } from '../../../src/engine/linux/index.ts';
import type { GoldenResult } from '../result.ts';
import { type ProxyRecord, restoreLines } from '../support/proxy.ts';

export const file = 'iptables-golden.json';

interface Records {
  readonly meta: { readonly proxyDefaults: ProxyRecord };
  readonly cases: readonly {
    readonly id: string;
    readonly services: readonly Service[];
    readonly endpointSlices: readonly EndpointSlice[];
    readonly proxy: Partial<ProxyRecord>;
    readonly restoreInput: readonly string[];
    readonly iptablesSaveNat: readonly string[];
    readonly iptablesSaveFilter: readonly string[];
  }[];
}

export function run(records: unknown): GoldenResult[] {
  const { meta, cases } = records as Records;
  return cases.flatMap(
    ({ id, services, endpointSlices, proxy, restoreInput, iptablesSaveNat, iptablesSaveFilter }) => {
      const lines = restoreLines(services, endpointSlices, { ...meta.proxyDefaults, ...proxy });
      return [
        judge(`${id}: restore input`, restoreInput, lines),
        judge(`${id}: iptables-save -t nat`, iptablesSaveNat, saved(lines, 'nat')),
        judge(`${id}: iptables-save -t filter`, iptablesSaveFilter, saved(lines, 'filter')),
      ];
    },
  );
}

/** What the kernel has after kube-proxy's jumps and rules were loaded into a namespace without any. */
function saved(lines: readonly string[], table: 'nat' | 'filter'): string[] {
  const netns = createNetwork({ now: () => 0, random: () => 0 }).addNetns('node');
  for (const text of [renderJumpRules(), `${lines.join('\n')}\n`]) {
    const result = netns.iptablesRestore(text, { noflush: true });
    if (!result.ok) return [`iptables-restore: ${JSON.stringify(result)}`];
  }
  return netns
    .iptablesSave({ table })
    .split('\n')
    .filter((line) => line !== '');
}

function judge(id: string, wantedLines: readonly string[], lines: readonly string[]): GoldenResult {
  const [wanted, came] = [chains(wantedLines), chains(lines)];
  const names = new Set([...wanted.keys(), ...came.keys()]);
  const difference = [...names].flatMap((chain) =>
    compare(chain, wanted.get(chain) ?? [], came.get(chain) ?? []),
  );
  return { id, passed: difference.length === 0, difference: difference.join('\n    ') };
}

/** Rules by table and chain, in order; the chain lines of a table together. */
function chains(lines: readonly string[]): Map<string, string[]> {
  const byChain = new Map<string, string[]>();
  let table = '';
  for (const line of lines) {
    if (line.startsWith('*')) table = line;
    if (line.startsWith('*') || line === 'COMMIT') continue;
    const chain = line.startsWith(':') ? 'chain lines' : (line.split(' ')[1] ?? '');
    const key = `${table} ${chain}`;
    byChain.set(key, [...(byChain.get(key) ?? []), line]);
  }
  return byChain;
}

/** Go's map order decides where a Service's lines stand among those of others, so shared chains are compared as sets. */
function compare(chain: string, wanted: readonly string[], came: readonly string[]): string[] {
  const shared = /chain lines$|KUBE-(SERVICES|EXTERNAL-SERVICES|NODEPORTS|PROXY-FIREWALL)$/.test(chain);
  if (shared && wanted.at(-1)?.includes('must be the last rule') && came.at(-1) !== wanted.at(-1))
    return [`${chain}: the jump to node ports is not last`];
  const order = (lines: readonly string[]) => (shared ? [...lines].sort() : lines);
  const [left, right] = [order(wanted), order(came)];
  if (left.length === right.length && left.every((line, index) => line === right[index])) return [];
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `${chain} misses ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `${chain} has ${line}`),
    ...(shared ? [] : [`${chain}: order`]),
  ];
}
