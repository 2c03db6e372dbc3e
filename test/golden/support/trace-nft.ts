import { ipFamilyOf, parsePrefix } from '../../../src/engine/kubeproxy/ip-family.ts';
import type { TracedPacket } from './trace-rules.ts';

interface Container {
  /** Key -> verdict; undefined in a set. */
  readonly elements: Map<string, string | undefined>;
}

/**
 * Walks the text of an nft transaction as the tracer of kube-proxy's own unit tests does (helpers_test.go): the first
 * packet of a connection, every branch of `numgen random`, then the filter chains with the first destination found.
 */
export function traceNft(text: string, nodeLocalIPs: readonly string[], packet: TracedPacket) {
  const { chains, containers } = readTransaction(text);
  const outputs: string[] = [];
  let masquerade = false;

  /** Whether the packet's way ends there. */
  function runChain(chain: string, of: TracedPacket): boolean {
    for (const rule of chains.get(chain) ?? []) {
      const ends = runRule(rule, of);
      if (ends !== undefined) return ends;
    }
    return false;
  }

  /** undefined: on with the next rule. */
  function runRule(rule: string, of: TracedPacket): boolean | undefined {
    let rest = rule.replace(/ comment ".*"$/, '');
    const protocol = of.protocol.toLowerCase();
    for (let match = readMatch(rest); match; match = readMatch(rest)) {
      if (!holds(match, of)) return undefined;
      rest = rest.slice(match.length).trim();
    }
    const lookUp = /^(ip6? daddr \. )?meta l4proto \. th dport vmap @(\S+)$/.exec(rest);
    if (lookUp) {
      const key = `${lookUp[1] ? `${of.destIP} . ` : ''}${protocol} . ${of.destPort}`;
      const verdict = containers.get(lookUp[2]!)?.elements.get(key);
      return verdict === undefined ? undefined : runVerdict(verdict, of);
    }
    const shares = /^numgen random mod \d+ vmap \{ (.*) \}$/.exec(rest);
    if (shares) {
      for (const share of shares[1]!.split(' , ')) runVerdict(share.replace(/^\d+ : /, ''), of);
      return true;
    }
    const dnat = /^dnat to (\S+)$/.exec(rest);
    if (dnat) {
      outputs.push(dnat[1]!);
      return true;
    }
    if (/^(mark|masquerade|update)/.test(rest)) return undefined;
    return runVerdict(rest, of);
  }

  function runVerdict(verdict: string, of: TracedPacket): boolean | undefined {
    const [word, chain = ''] = verdict.split(' ');
    if (chain === 'mark-for-masquerade') masquerade = true;
    if (word === 'jump') return runChain(chain, of) || undefined;
    if (word === 'goto') return runChain(chain, of);
    if (word === 'drop' || word === 'reject') {
      outputs.push(word.toUpperCase());
      return true;
    }
    throw new Error(`the tracer does not know ${verdict}`);
  }

  interface Match {
    readonly length: number;
    readonly field: string;
    readonly inverted: boolean;
    readonly value: string;
  }

  function readMatch(rest: string): Match | undefined {
    const match =
      /^(ct state|ip6? [sd]addr|fib [sd]addr type|meta l4proto) (!= )?(\{ .*? \}|(?!\.)\S+)(?= |$)/.exec(
        rest,
      );
    if (!match) return undefined;
    return { length: match[0].length, field: match[1]!, inverted: Boolean(match[2]), value: match[3]! };
  }

  function holds({ field, inverted, value }: Match, of: TracedPacket): boolean {
    if (field === 'ct state') return value === 'new';
    const address = field.includes('saddr') ? of.sourceIP : of.destIP;
    const has = () => {
      if (field.startsWith('fib')) return nodeLocalIPs.includes(address);
      if (field === 'meta l4proto') return value === of.protocol.toLowerCase();
      if (value.startsWith('@')) return containers.get(value.slice(1))?.elements.has(address) ?? false;
      const values = value.replace(/^\{ | \}$/g, '').split(' , ');
      return values.some((each) =>
        each.includes('/') ? parsePrefix(each)?.contains(address) : each === address,
      );
    };
    return has() !== inverted;
  }

  if (runChain('filter-prerouting-pre-dnat', packet)) return { outputs, masquerade };
  runChain('nat-prerouting', packet);
  const translated = outputs[0]?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const afterNat = translated && ipFamilyOf(translated) ? { ...packet, destIP: translated } : packet;
  if (!runChain('filter-input', afterNat)) runChain('filter-forward', afterNat);
  return { outputs, masquerade };
}

function readTransaction(text: string) {
  const chains = new Map<string, string[]>();
  const containers = new Map<string, Container>();
  for (const line of text.split('\n')) {
    const [, object = '', name = '', rest = ''] =
      /^add (chain|set|map|rule|element) ip6? kube-proxy (\S+) ?(.*)$/.exec(line) ?? [];
    if (object === 'chain' && !chains.has(name)) chains.set(name, []);
    else if (object === 'set' || object === 'map') containers.set(name, { elements: new Map() });
    else if (object === 'rule') chains.get(name)!.push(rest);
    else if (object === 'element') {
      const [, key = '', verdict] = /^\{ (.*?)(?: comment "[^"]*")?(?: : (.*))? \}$/.exec(rest)!;
      containers.get(name)!.elements.set(key, verdict);
    }
  }
  return { chains, containers };
}
