import { ipFamilyOf, parsePrefix } from '../../../src/engine/kubeproxy/ip-family.ts';

interface Rule {
  readonly chain: string;
  readonly words: readonly string[];
}

export interface TracedPacket {
  readonly sourceIP: string;
  readonly protocol: string;
  readonly destIP: string;
  readonly destPort: number;
}

/**
 * Walks restore text as the tracer of kube-proxy's own unit tests does: the first packet of a connection, every
 * branch of a `--probability` rule, then the filter chains with the first destination found and the original port.
 */
export function traceRules(lines: readonly string[], nodeLocalIPs: readonly string[], packet: TracedPacket) {
  const tables = readTables(lines);
  const outputs: string[] = [];
  let masquerade = false;

  function runChain(table: string, chain: string, of: TracedPacket): boolean {
    for (const rule of tables.get(`${table} ${chain}`) ?? []) {
      if (!matches(rule.words, nodeLocalIPs, of)) continue;
      const target = wordAfter(rule.words, '-j');
      if (target === undefined || target === 'MARK' || target === 'RETURN') continue;
      if (target === 'KUBE-MARK-MASQ') masquerade = true;
      else if (target === 'DNAT') {
        outputs.push(wordAfter(rule.words, '--to-destination') ?? '');
        return true;
      } else if (['ACCEPT', 'DROP', 'REJECT'].includes(target)) {
        outputs.push(target);
        return true;
      } else if (runChain(table, target, of) && !rule.words.includes('--probability')) return true;
    }
    return false;
  }

  runChain('nat', 'KUBE-SERVICES', packet);
  const translated = outputs[0]?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const afterNat = translated ? { ...packet, destIP: translated } : packet;
  for (const chain of ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'])
    runChain('filter', chain, afterNat);
  return { outputs, masquerade };
}

function readTables(lines: readonly string[]): Map<string, Rule[]> {
  const tables = new Map<string, Rule[]>();
  let table = '';
  for (const line of lines) {
    if (line.startsWith('*')) table = line.slice(1);
    if (!line.startsWith('-A ')) continue;
    const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''));
    const chain = words[1] ?? '';
    tables.set(`${table} ${chain}`, [
      ...(tables.get(`${table} ${chain}`) ?? []),
      { chain, words: words.slice(2) },
    ]);
  }
  return tables;
}

function wordAfter(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words[at + 1];
}

function matches(words: readonly string[], nodeLocalIPs: readonly string[], packet: TracedPacket): boolean {
  for (let at = 0; at < words.length; at++) {
    const value = words[at + 1] ?? '';
    const inverted = words[at - 1] === '!';
    const holds =
      words[at] === '-s'
        ? inPrefix(value, packet.sourceIP)
        : words[at] === '-d'
          ? inPrefix(value, packet.destIP)
          : words[at] === '-p'
            ? value === packet.protocol.toLowerCase()
            : words[at] === '--dport'
              ? Number(value) === packet.destPort
              : words[at] === '--src-type'
                ? nodeLocalIPs.includes(packet.sourceIP)
                : words[at] === '--dst-type'
                  ? nodeLocalIPs.includes(packet.destIP)
                  : words[at] === '--rcheck'
                    ? false
                    : undefined;
    if (words[at] === '--comment' || words[at] === '-m') at++;
    if (holds !== undefined && holds === inverted) return false;
  }
  return true;
}

function inPrefix(text: string, address: string): boolean {
  const prefix = parsePrefix(text.includes('/') ? text : `${text}/${ipFamilyOf(text) === 'IPv6' ? 128 : 32}`);
  return prefix?.contains(address) ?? false;
}
