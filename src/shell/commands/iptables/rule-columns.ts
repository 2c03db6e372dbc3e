/** One rule of `iptables-save -c`, taken apart into the columns of `iptables -L -v`. */
export interface RuleColumns {
  readonly packets: number;
  readonly bytes: number;
  readonly target: string;
  readonly protocol: string;
  readonly in: string;
  readonly out: string;
  readonly source: string;
  readonly destination: string;
  /** All matches and the target's options, each with a blank in front. */
  readonly rest: string;
}

/** The words of a rule line; quotes keep blanks together. */
export function splitRule(line: string): readonly string[] {
  return Array.from(line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g), (match) => match[1] ?? match[2] ?? '');
}

const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = {
  tcp: '6',
  udp: '17',
  icmp: '1',
  all: '0',
  sctp: '132',
};

/** Models iptables' print_firewall and each extension's `print` function (iptables 1.8, `-n`). */
export function ruleColumns(line: string): RuleColumns {
  const counters = /^\[(\d+):(\d+)\] /.exec(line);
  const words = splitRule(counters ? line.slice(counters[0].length) : line).slice(2);
  let target = '';
  let protocol = 'all';
  let [input, output, source, destination] = ['*', '*', '0.0.0.0/0', '0.0.0.0/0'];
  let rest = '';
  let invert = '';
  let level = '4';
  let logging = '';
  const say = (text: string) => {
    rest += ` ${text}`;
  };
  const bare = (address: string) => address.replace(/\/32$/, '');
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const next = () => words[++at] ?? '';
    const not = invert;
    if (word === '!') {
      invert = '!';
      continue;
    }
    invert = '';
    switch (word) {
      case '-m': {
        const module = next();
        if (['tcp', 'udp', 'sctp'].includes(module)) say(module);
        break;
      }
      case '-p':
        protocol = not + next();
        break;
      case '-i':
        input = not + next();
        break;
      case '-o':
        output = not + next();
        break;
      case '-s':
        source = not + bare(next());
        break;
      case '-d':
        destination = not + bare(next());
        break;
      case '-j':
      case '-g':
        target = next();
        break;
      case '--comment':
        say(`/* ${next()} */`);
        break;
      case '--dport':
        say(`dpt${next().includes(':') ? 's' : ''}:${not}${words[at]}`);
        break;
      case '--sport':
        say(`spt${next().includes(':') ? 's' : ''}:${not}${words[at]}`);
        break;
      case '--dports':
        say(`multiport dports ${not}${next()}`);
        break;
      case '--ctstate':
        say(`${not && '! '}ctstate ${next()}`);
        break;
      case '--mode':
        say(`statistic mode ${next()}`);
        break;
      case '--probability':
        rest += ` probability ${next()}`;
        break;
      case '--mark':
        say(`mark match ${not && '! '}${shortMark(next())}`);
        break;
      case '--dst-type':
        say(`ADDRTYPE match dst-type ${not}${next()}`);
        break;
      case '--src-type':
        say(`ADDRTYPE match src-type ${not}${next()}`);
        break;
      case '--match-set':
        say(`match-set ${next()} ${next()}`);
        break;
      case '--to-destination':
        say(`to:${next()}`);
        break;
      case '--to-source':
        say(`to:${next()}`);
        break;
      case '--to-ports':
        say(`redir ports ${next()}`);
        break;
      case '--random-fully':
        say('random-fully');
        break;
      case '--xor-mark':
        say(`MARK xor ${next()}`);
        break;
      case '--or-mark':
        say(`MARK or ${next()}`);
        break;
      case '--set-xmark':
        say(markText(next()));
        break;
      case '--reject-with':
        say(`reject-with ${next()}`);
        break;
      case '--log-prefix':
        logging += ` prefix "${next()}"`;
        break;
      case '--log-level':
        level = next();
        break;
      case '--nfacct-name':
        say(`nfacct-name ${next()}`);
        break;
      case '--rcheck':
        rest += ' recent: CHECK';
        break;
      case '--set':
        rest += ' recent: SET';
        break;
      case '--update':
        rest += ' recent: UPDATE';
        break;
      case '--seconds':
        rest += ` seconds: ${next()}`;
        break;
      case '--reap':
        rest += ' reap';
        break;
      case '--name':
        rest += ` name: ${next()}`;
        break;
      case '--rsource':
        rest += ' side: source';
        break;
      case '--mask':
        rest += ` mask: ${next()}`;
        break;
      default:
        say(word);
    }
  }
  if (target === 'LOG') say(`LOG flags 0 level ${level}${logging}`);
  return {
    packets: Number(counters?.[1] ?? 0),
    bytes: Number(counters?.[2] ?? 0),
    target,
    protocol,
    in: input,
    out: output,
    source,
    destination,
    rest: rest.trimStart(),
  };
}

export function protocolColumn(protocol: string): string {
  const inverted = protocol.startsWith('!');
  const name = inverted ? protocol.slice(1) : protocol;
  return `${inverted ? '!' : ''}${PROTOCOL_NUMBERS[name] ?? name}`;
}

/** `0x4000/0x4000` is `MARK or 0x4000`; with no value, what is left of the old mark. */
function markText(text: string): string {
  const [value = '0', mask = '0xffffffff'] = text.split('/');
  const [bits, kept] = [Number(value), Number(mask)];
  if (bits === kept && bits !== 0) return `MARK or ${value}`;
  if (bits === 0) return `MARK and 0x${((~kept >>> 0) as number).toString(16)}`;
  if (kept === 0xffffffff) return `MARK set ${value}`;
  return kept === 0 ? `MARK xor ${value}` : `MARK xset ${value}/${mask}`;
}

function shortMark(text: string): string {
  return text.replace(/\/0xffffffff$/i, '');
}
