import { splitRule } from '../iptables/rule-columns.ts';

const HOST = /\/32$/;

/**
 * One rule of `iptables-save -c` as nft prints a rule that iptables-nft made: each extension's `xlate` (iptables 1.8.9),
 * in the rule's order. What has no words there (a comment, a bare `-m tcp`) leaves a blank behind.
 */
export function nftRule(line: string, stateless: boolean): string {
  const counters = /^\[(\d+):(\d+)\] /.exec(line);
  const words = splitRule(counters ? line.slice(counters[0].length) : line).slice(2);
  const parts: string[] = [];
  let protocol: string | undefined;
  let verdict = '';
  let negated = false;
  const add = (text: string) => parts.push(text);
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const next = () => words[++at] ?? '';
    const not = negated ? '!= ' : '';
    if (word === '!') {
      negated = true;
      continue;
    }
    negated = false;
    switch (word) {
      case '-p':
        protocol = `${not}${next()}`;
        break;
      case '-s':
        add(`ip saddr ${not}${next().replace(HOST, '')}`);
        break;
      case '-d':
        add(`ip daddr ${not}${next().replace(HOST, '')}`);
        break;
      case '-i':
        add(`iifname ${not}"${next().replace(/\+$/, '*')}"`);
        break;
      case '-o':
        add(`oifname ${not}"${next().replace(/\+$/, '*')}"`);
        break;
      case '-m': {
        const module = next();
        // A comment, and a match on a protocol without ports, come to nothing but a blank.
        if (module === 'comment') add('');
        else if (
          ['tcp', 'udp', 'sctp'].includes(module) &&
          !['--dport', '--sport', '!', '--tcp-flags', '--syn'].includes(words[at + 1] ?? '')
        )
          add('');
        break;
      }
      case '--comment':
        next();
        break;
      case '--dport':
      case '--sport':
        add(`${protocol?.replace('!= ', '')} ${word.slice(2)} ${not}${next().replace(':', '-')}`);
        break;
      case '--dports':
      case '--sports':
        add(`${protocol} ${word.slice(2, -1)} ${not}{ ${next().split(',').join(', ')} }`);
        break;
      case '--ctstate': {
        const states = next().toLowerCase().split(',');
        // As iptables 1.8.9 has it: with DNAT or SNAT among the states, these alone are printed.
        const nat = ['snat', 'dnat'].find((state) => states.includes(state));
        add(nat ? `ct status ${nat}` : `ct state ${not}${states.join(',')}`);
        break;
      }
      case '--mark': {
        const [value, mask] = next().split('/');
        const hex = (text: string) => `0x${Number(text).toString(16).padStart(8, '0')}`;
        add(
          mask === undefined || mask === '0xffffffff'
            ? `meta mark ${not}${hex(value!)}`
            : `meta mark & ${hex(mask)} ${not === '' ? '==' : '!='} ${hex(value!)}`,
        );
        break;
      }
      case '--probability':
        add(`meta random & 2147483647 < ${Math.round(Number(next()) * 2147483648)}`);
        break;
      case '--dst-type':
        add(`fib daddr type ${not}${next().toLowerCase()}`);
        break;
      case '--src-type':
        add(`fib saddr type ${not}${next().toLowerCase()}`);
        break;
      case '--match-set':
        add(`# xt_set ${next()} ${next()}`);
        break;
      case '--icmp-type':
        add(`icmp type ${not}${next()}`);
        break;
      case '-j':
      case '-g':
        verdict = verdictText(next(), words.slice(at + 1));
        at = words.length;
        break;
      default:
        break;
    }
  }
  // `meta l4proto` goes without saying right before a port of that protocol.
  if (protocol !== undefined && !parts[0]?.startsWith(`${protocol} `))
    parts.unshift(`meta l4proto ${protocol}`);
  const counter = stateless ? 'counter' : `counter packets ${counters?.[1] ?? 0} bytes ${counters?.[2] ?? 0}`;
  return [...parts, counter, ...(verdict === '' ? [] : [verdict])].join(' ');
}

function verdictText(target: string, options: readonly string[]): string {
  const value = (name: string) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
  const random = options.includes('--random-fully') ? ' fully-random' : '';
  switch (target) {
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
      return target.toLowerCase();
    case 'REJECT': {
      const kind = value('--reject-with') ?? 'icmp-port-unreachable';
      if (kind === 'icmp-port-unreachable') return 'reject';
      return kind === 'tcp-reset'
        ? 'reject with tcp reset'
        : `reject with icmp type ${kind
            .replace(/^icmp-/, '')
            .replace('adm-prohibited', 'admin-prohibited')
            .replace('proto-', 'prot-')}`;
    }
    case 'MASQUERADE':
      return `masquerade${random}`;
    case 'DNAT':
      return `dnat to ${value('--to-destination')}${random}`;
    case 'SNAT':
      return `snat to ${value('--to-source')}${random}`;
    case 'REDIRECT':
      return `redirect to :${value('--to-ports')}`;
    case 'LOG':
      return `log${value('--log-prefix') ? ` prefix "${value('--log-prefix')}"` : ''}`;
    case 'MARK': {
      const or = value('--or-mark');
      const xor = value('--xor-mark');
      const [set = '0', mask = '0xffffffff'] = (value('--set-xmark') ?? value('--set-mark') ?? '').split('/');
      if (or) return `meta mark set mark or ${or}`;
      if (xor) return `meta mark set mark xor ${xor}`;
      if (mask === '0xffffffff') return `meta mark set ${set}`;
      if (set === mask) return `meta mark set mark or ${set}`;
      return Number(mask) === 0
        ? `meta mark set mark xor ${set}`
        : `meta mark set mark and 0x${(~Number(mask) >>> 0).toString(16)} xor ${set}`;
    }
    default:
      return `jump ${target}`;
  }
}
