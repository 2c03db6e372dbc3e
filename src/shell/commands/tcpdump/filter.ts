import { type CapturedPacket, parseCIDR, parseIP, prefixContains } from '../../../engine/index.ts';
import { type Frame, frameLength } from './describe.ts';
import { packetBytes, TCP_FLAGS } from './packet-bytes.ts';

/** A packet filter as pcap-filter(7) has it: which packets to show. */
export type Filter = (frame: Frame) => boolean;

export type FilterResult =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false /** libpcap's own words. */; readonly message: string };

class FilterError extends Error {}

const SERVICES: Readonly<Record<string, number>> = {
  ssh: 22,
  domain: 53,
  http: 80,
  https: 443,
  mysql: 3306,
  postgresql: 5432,
  'http-alt': 8080,
};
const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 };
const DIRECTIONS = ['src', 'dst'];
const TYPES = ['host', 'net', 'port', 'portrange'];
/** Names for offsets and values within headers. */
const NUMBERS: Readonly<Record<string, number>> = {
  tcpflags: 13,
  'tcp-fin': TCP_FLAGS.FIN,
  'tcp-syn': TCP_FLAGS.SYN,
  'tcp-rst': TCP_FLAGS.RST,
  'tcp-push': TCP_FLAGS.PSH,
  'tcp-ack': TCP_FLAGS.ACK,
  'tcp-urg': 32,
  icmptype: 0,
  icmpcode: 1,
  'icmp-echoreply': 0,
  'icmp-unreach': 3,
  'icmp-redirect': 5,
  'icmp-echo': 8,
  'icmp-timxceed': 11,
};

interface Qualifiers {
  readonly protocol: string | undefined;
  readonly direction: string | undefined;
  readonly type: string | undefined;
}

/**
 * Reads a filter:
 *
 *     expression  = term { ("and" | "or") term }             both bind alike, from the left
 *     term        = "not" term | "(" expression ")" | primitive | comparison
 *     primitive   = [protocol] ["src" | "dst" | "src or dst" …] ["host" | "net" | "port" | "portrange"] id
 *     comparison  = arithmetic ("=" | "!=" | "<" …) arithmetic         tcp[tcpflags] & tcp-syn != 0
 *
 * After `and` or `or`, an id alone takes over the words before it: `port 80 or 8080`.
 */
export function parseFilter(text: string): FilterResult {
  const words =
    text.match(
      /(?:[\da-f]{2}:){5}[\da-f]{2}|&&|\|\||[!=<>]=|<<|>>|[()[\]!=<>&|+*:%^]|[^\s()[\]!=<>&|+*:%^]+/g,
    ) ?? [];
  if (words.length === 0) return { ok: true, filter: () => true };
  const parser = createParser(words);
  try {
    return { ok: true, filter: parser() };
  } catch (error) {
    if (error instanceof FilterError) return { ok: false, message: error.message };
    throw error;
  }
}

function syntax(): never {
  throw new FilterError("can't parse filter expression: syntax error");
}

function createParser(words: readonly string[]): () => Filter {
  let at = 0;
  let before: Qualifiers | undefined;
  const peek = () => words[at];
  const take = () => words[at++] ?? syntax();
  const accept = (...any: string[]) => (any.includes(peek() ?? '') ? take() : undefined);

  function expression(): Filter {
    let left = term();
    for (;;) {
      if (accept('and', '&&')) {
        const [one, other] = [left, term()];
        left = (frame) => one(frame) && other(frame);
      } else if (accept('or', '||')) {
        const [one, other] = [left, term()];
        left = (frame) => one(frame) || other(frame);
      } else return left;
    }
  }

  function term(): Filter {
    if (accept('not', '!')) {
      const inner = term();
      return (frame) => !inner(frame);
    }
    if (peek() === '(') {
      const start = at;
      take();
      // A bracket may also begin arithmetic: (tcp[0] & 1) = 0
      try {
        const inner = expression();
        if (accept(')')) return inner;
      } catch (error) {
        if (!(error instanceof FilterError) || !isArithmetic(start)) throw error;
      }
      if (!isArithmetic(start)) syntax();
      at = start;
      return comparison();
    }
    return isArithmetic(at) ? comparison() : primitive();
  }

  function isArithmetic(from: number): boolean {
    const word = words[words[from] === '(' ? from + 1 : from] ?? '';
    return (
      words[(words[from] === '(' ? from + 1 : from) + 1] === '[' ||
      word === 'len' ||
      (/^(?:\d+|0x[\da-f]+)$/.test(word) && /^[=!<>&|+*]/.test(words[from + 1] ?? ''))
    );
  }

  function comparison(): Filter {
    const left = arithmetic();
    const relation = take();
    if (!['=', '==', '!=', '<', '>', '<=', '>='].includes(relation)) syntax();
    const right = arithmetic();
    return (frame) => {
      const [a, b] = [left(frame), right(frame)];
      if (a === undefined || b === undefined) return false;
      switch (relation) {
        case '!=':
          return a !== b;
        case '<':
          return a < b;
        case '>':
          return a > b;
        case '<=':
          return a <= b;
        case '>=':
          return a >= b;
        default:
          return a === b;
      }
    };
  }

  type Value = (frame: Frame) => number | undefined;

  function arithmetic(): Value {
    let left = operand();
    for (
      let sign = peek();
      sign !== undefined && ['&', '|', '+', '*', '<<', '>>', '^', '%'].includes(sign);
      sign = peek()
    ) {
      take();
      const [one, other, operator] = [left, operand(), sign];
      left = (frame) => {
        const [a, b] = [one(frame), other(frame)];
        return a === undefined || b === undefined ? undefined : calculate(operator, a, b);
      };
    }
    return left;
  }

  function operand(): Value {
    if (accept('(')) {
      const inner = arithmetic();
      if (!accept(')')) syntax();
      return inner;
    }
    const word = take();
    if (word === 'len') return (frame) => frameLength(frame);
    if (accept('[')) {
      const offset = operand();
      const size = accept(':') ? Number(take()) : 1;
      if (!accept(']') || !(word === 'ip' || word === 'ether' || word in PROTOCOLS)) syntax();
      return (frame) => bytesAt(frame, word, offset(frame) ?? 0, size);
    }
    const number = NUMBERS[word] ?? (/^(?:\d+|0x[\da-f]+)$/i.test(word) ? Number(word) : undefined);
    return number === undefined ? syntax() : () => number;
  }

  function primitive(): Filter {
    const protocol = accept('ip', 'ip6', 'arp', 'rarp', 'tcp', 'udp', 'icmp', 'icmp6', 'ether', 'sctp');
    if (protocol === 'ip' && accept('proto')) return byProtocolName(take().replace(/^\\+/, ''));
    if (accept('inbound')) return ({ captured }) => captured.direction !== 'out';
    if (accept('outbound')) return ({ captured }) => captured.direction === 'out';
    const size = accept('greater', 'less');
    if (size !== undefined) {
      const bytes = Number(take());
      return (frame) => (size === 'less' ? frameLength(frame) <= bytes : frameLength(frame) >= bytes);
    }
    if (accept('broadcast')) return () => false;
    let direction: string | undefined;
    if (DIRECTIONS.includes(peek() ?? '')) {
      direction = take();
      const joint = peek();
      if ((joint === 'or' || joint === 'and') && DIRECTIONS.includes(words[at + 1] ?? '')) {
        take();
        take();
        direction = joint === 'and' ? 'both' : undefined;
      }
    }
    const type = accept(...TYPES);
    const qualified = protocol !== undefined || direction !== undefined || type !== undefined;
    const word = peek();
    const ends = word === undefined || ['and', 'or', '&&', '||', ')'].includes(word);
    if (ends) {
      if (!qualified || direction !== undefined || type !== undefined) syntax();
      before = undefined;
      return byProtocolName(protocol!);
    }
    // An id alone: what stood before the last one is meant again.
    const asked: Qualifiers = qualified
      ? { protocol, direction, type }
      : (before ?? { protocol, direction, type });
    before = asked;
    return byId(asked, take());
  }

  function byId(asked: Qualifiers, id: string): Filter {
    const ofProtocol = asked.protocol === undefined ? () => true : byProtocolName(asked.protocol);
    switch (asked.type) {
      case 'port':
      case 'portrange': {
        const [first, last = first] = (asked.type === 'port' ? [id] : id.split('-')).map((each) =>
          /^\d+$/.test(each) ? Number(each) : SERVICES[each],
        );
        if (first === undefined || last === undefined)
          throw new FilterError(
            asked.type === 'port' ? `unknown port '${id}'` : `unknown port in range '${id}'`,
          );
        return (frame) =>
          ofProtocol(frame) &&
          either(asked.direction, ports(frame.captured), (port) => port >= first && port <= last);
      }
      case 'net': {
        const full = /^\d+(?:\.\d+){0,2}$/.test(id) ? shortNet(id) : id;
        const net = parseCIDR(full.includes('/') ? full : `${full}/32`);
        if (!net) throw new FilterError(`unknown network '${id}'`);
        const contains = (address: string) => {
          const parsed = parseIP(address);
          return parsed !== undefined && prefixContains(net, parsed);
        };
        return (frame) => ofProtocol(frame) && either(asked.direction, addresses(frame.captured), contains);
      }
      default: {
        if (asked.protocol === 'ether')
          return ({ captured: { content } }) =>
            content.kind === 'ip' &&
            either(
              asked.direction,
              [content.packet.ethernet?.source ?? '', content.packet.ethernet?.destination ?? ''],
              (mac) => mac === id,
            );
        if (!/^\d+(?:\.\d+){3}$/.test(id)) {
          // A word alone that is no host's name is no filter either.
          if (asked.type === undefined && asked.direction === undefined && asked.protocol === undefined)
            syntax();
          throw new FilterError(`unknown host '${id}'`);
        }
        return (frame) =>
          ofProtocol(frame) &&
          either(asked.direction, addresses(frame.captured), (address) => address === id);
      }
    }
  }

  return () => {
    const filter = expression();
    return at < words.length ? syntax() : filter;
  };
}

function shortNet(id: string): string {
  const parts = id.split('.');
  return `${[...parts, '0', '0', '0'].slice(0, 4).join('.')}/${parts.length * 8}`;
}

function byProtocolName(name: string): Filter {
  switch (name) {
    case 'ip':
      return ({ captured }) => captured.content.kind === 'ip';
    case 'arp':
      return ({ captured }) => captured.content.kind === 'arp';
    case 'ether':
      return () => true;
    case 'tcp':
    case 'udp':
    case 'icmp':
      return ({ captured: { content } }) =>
        content.kind === 'ip' && content.packet.transport.protocol === name;
    case 'ip6':
    case 'icmp6':
    case 'rarp':
    case 'sctp':
      return () => false;
    default:
      throw new FilterError(`unknown ip proto '${name}'`);
  }
}

function either<T>(direction: string | undefined, pair: readonly T[], fits: (one: T) => boolean): boolean {
  const [source, destination] = pair;
  if (source === undefined || destination === undefined) return false;
  if (direction === 'src') return fits(source);
  if (direction === 'dst') return fits(destination);
  return direction === 'both' ? fits(source) && fits(destination) : fits(source) || fits(destination);
}

function addresses({ content }: CapturedPacket): readonly string[] {
  return content.kind === 'arp'
    ? [content.arp.sender.address, content.arp.target.address]
    : [content.packet.ip.source, content.packet.ip.destination];
}

function ports({ content }: CapturedPacket): readonly number[] {
  if (content.kind === 'arp' || content.packet.transport.protocol === 'icmp') return [];
  const { sourcePort, destinationPort } = content.packet.transport;
  return [sourcePort, destinationPort];
}

function bytesAt(
  { captured: { content }, numbers }: Frame,
  layer: string,
  offset: number,
  size: number,
): number | undefined {
  if (content.kind === 'arp') return undefined;
  if (layer !== 'ip' && content.packet.transport.protocol !== layer) return undefined;
  const bytes = packetBytes(content.packet, numbers);
  const start = (layer === 'ip' ? 0 : 20) + offset;
  const taken = bytes.slice(start, start + size);
  return taken.length < size ? undefined : taken.reduce((sum, byte) => sum * 256 + byte, 0);
}

function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '&':
      return (a & b) >>> 0;
    case '|':
      return (a | b) >>> 0;
    case '^':
      return (a ^ b) >>> 0;
    case '+':
      return (a + b) >>> 0;
    case '*':
      return Math.imul(a, b) >>> 0;
    case '%':
      return b === 0 ? 0 : a % b;
    case '<<':
      return (a << b) >>> 0;
    default:
      return a >>> b;
  }
}
