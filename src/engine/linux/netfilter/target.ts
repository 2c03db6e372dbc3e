import { hex, parseMark } from './matches/mark.ts';
import { failParse } from './parse-failure.ts';
import { quoteWord } from './words.ts';

/** A span of addresses and ports to translate to; ports 0 when they are to stay. */
export interface NatRange {
  readonly addresses?: { readonly first: string; readonly last: string };
  readonly ports?: { readonly first: number; readonly last: number };
}

export type RejectWith =
  | 'icmp-net-unreachable'
  | 'icmp-host-unreachable'
  | 'icmp-proto-unreachable'
  | 'icmp-port-unreachable'
  | 'icmp-net-prohibited'
  | 'icmp-host-prohibited'
  | 'icmp-admin-prohibited'
  | 'tcp-reset';

/** What a rule does with a packet that it applies to. */
export type Target =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** mark = (mark AND NOT mask) XOR value */
  | { readonly kind: 'mark'; readonly value: number; readonly mask: number }
  | { readonly kind: 'dnat' | 'snat'; readonly range: NatRange; readonly random: boolean }
  | {
      readonly kind: 'masquerade' | 'redirect';
      readonly ports?: NatRange['ports'] | undefined;
      readonly random: boolean;
    }
  | { readonly kind: 'reject'; readonly answer: RejectWith }
  | { readonly kind: 'log'; readonly prefix: string }
  | { readonly kind: 'notrack' };

/** In the kernel's numbers: ICMP type 3 and these codes. */
export const REJECT_CODES: Readonly<Record<Exclude<RejectWith, 'tcp-reset'>, number>> = {
  'icmp-net-unreachable': 0,
  'icmp-host-unreachable': 1,
  'icmp-proto-unreachable': 2,
  'icmp-port-unreachable': 3,
  'icmp-net-prohibited': 9,
  'icmp-host-prohibited': 10,
  'icmp-admin-prohibited': 13,
};

const REJECT_ALIASES: Readonly<Record<string, RejectWith>> = {
  'net-unreach': 'icmp-net-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'net-prohib': 'icmp-net-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'admin-prohib': 'icmp-admin-prohibited',
  'tcp-rst': 'tcp-reset',
};

/** Collects the options of a `-j` while a rule is read. */
export interface TargetBuilder {
  option(option: string, inverted: boolean, take: () => string): boolean;
  build(): { readonly target: Target /** As iptables-save prints it after `-j`. */; readonly text: string };
}

/** Targets with options of their own, and where they may stand. */
export const TARGETS: Readonly<Record<string, KnownTarget>> = {
  MARK: { builder: markTarget },
  DNAT: {
    tables: ['nat'],
    chains: ['PREROUTING', 'OUTPUT'],
    builder: () => natTarget('DNAT', '--to-destination'),
  },
  SNAT: {
    tables: ['nat'],
    chains: ['POSTROUTING', 'INPUT'],
    builder: () => natTarget('SNAT', '--to-source'),
  },
  MASQUERADE: { tables: ['nat'], chains: ['POSTROUTING'], builder: () => portsTarget('MASQUERADE') },
  REDIRECT: { tables: ['nat'], chains: ['PREROUTING', 'OUTPUT'], builder: () => portsTarget('REDIRECT') },
  REJECT: { tables: ['filter'], builder: rejectTarget },
  LOG: { builder: () => logTarget('LOG') },
  NFLOG: { builder: () => logTarget('NFLOG') },
  NOTRACK: { tables: ['raw'], builder: () => plain('NOTRACK', { kind: 'notrack' }) },
  CT: { tables: ['raw'], builder: ctTarget },
};

interface KnownTarget {
  /** Absent: all of them. */
  readonly tables?: readonly string[];
  /** The built-in chains that it may stand in. Absent: all of them. */
  readonly chains?: readonly string[];
  readonly builder: () => TargetBuilder;
}

export function plain(name: string, target: Target): TargetBuilder {
  return { option: () => false, build: () => ({ target, text: name }) };
}

function markTarget(): TargetBuilder {
  let value = 0;
  let mask = 0;
  let given = false;
  return {
    option(option, _inverted, take) {
      const read = (): { value: number; mask: number } => parseMark(take(), option);
      switch (option) {
        case '--set-xmark':
          ({ value, mask } = read());
          break;
        case '--set-mark': {
          const wanted = read();
          value = wanted.value;
          mask = (wanted.mask | wanted.value) >>> 0;
          break;
        }
        case '--or-mark':
          value = read().value;
          mask = value;
          break;
        case '--and-mark':
          value = 0;
          mask = ~read().value >>> 0;
          break;
        case '--xor-mark':
          value = read().value;
          mask = 0;
          break;
        default:
          return false;
      }
      given = true;
      return true;
    },
    build() {
      if (!given) failParse('MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required');
      return { target: { kind: 'mark', value, mask }, text: `MARK --set-xmark ${hex(value)}/${hex(mask)}` };
    },
  };
}

function natTarget(name: 'DNAT' | 'SNAT', toOption: string): TargetBuilder {
  let to: string | undefined;
  let range: NatRange = {};
  const flags: string[] = [];
  return {
    option(option, _inverted, take) {
      if (option === toOption) {
        to = take();
        range = parseNatRange(to, name);
        return true;
      }
      if (option !== '--random' && option !== '--random-fully' && option !== '--persistent') return false;
      flags.push(option);
      return true;
    },
    build() {
      if (to === undefined) failParse(`${name}: option "${toOption}" must be specified`);
      const random = flags.some((flag) => flag.startsWith('--random'));
      return {
        target: { kind: name === 'DNAT' ? 'dnat' : 'snat', range, random },
        text: [name, toOption, to, ...flags].join(' '),
      };
    },
  };
}

function parseNatRange(text: string, name: string): NatRange {
  const match = /^(?:(\d+\.\d+\.\d+\.\d+)(?:-(\d+\.\d+\.\d+\.\d+))?)?(?::(\d+)(?:-(\d+))?)?$/.exec(text);
  if (!match || text === '') failParse(`${name}: Bad IP address "${text}"`);
  const [, first, last = first, firstPort, lastPort = firstPort] = match;
  if (firstPort !== undefined && (Number(firstPort) > 65535 || Number(lastPort) > 65535))
    failParse(`${name}: Port range invalid: "${text}"`);
  return {
    ...(first !== undefined && { addresses: { first, last: last! } }),
    ...(firstPort !== undefined && { ports: { first: Number(firstPort), last: Number(lastPort) } }),
  };
}

function portsTarget(name: 'MASQUERADE' | 'REDIRECT'): TargetBuilder {
  let ports: NatRange['ports'];
  const flags: string[] = [];
  return {
    option(option, _inverted, take) {
      if (option === '--to-ports') {
        const [first, last = first] = take().split('-').map(Number);
        if (!(first! <= 65535 && last! <= 65535)) failParse(`${name}: Port range invalid`);
        ports = { first: first!, last: last! };
        return true;
      }
      if (option !== '--random' && option !== '--random-fully') return false;
      flags.push(option);
      return true;
    },
    build() {
      const words: string[] = [name];
      if (ports)
        words.push(
          '--to-ports',
          ports.first === ports.last ? String(ports.first) : `${ports.first}-${ports.last}`,
        );
      return {
        target: {
          kind: name === 'MASQUERADE' ? 'masquerade' : 'redirect',
          ...(ports && { ports }),
          random: flags.length > 0,
        },
        text: [...words, ...flags].join(' '),
      };
    },
  };
}

function rejectTarget(): TargetBuilder {
  let answer: RejectWith = 'icmp-port-unreachable';
  return {
    option(option, _inverted, take) {
      if (option !== '--reject-with') return false;
      const text = take();
      const known =
        REJECT_ALIASES[text] ??
        (text in REJECT_CODES || text === 'tcp-reset' ? (text as RejectWith) : undefined);
      answer = known ?? failParse(`REJECT: unknown reject type "${text}"`);
      return true;
    },
    build: () => ({ target: { kind: 'reject', answer }, text: `REJECT --reject-with ${answer}` }),
  };
}

/** The options of LOG and NFLOG that take a value, in the order in which iptables-save prints them, with their defaults. */
const LOG_OPTIONS = {
  LOG: [
    ['--log-prefix', ''],
    ['--log-level', '4'],
  ],
  NFLOG: [
    ['--nflog-prefix', ''],
    ['--nflog-group', '0'],
    ['--nflog-size', ''],
    ['--nflog-threshold', '0'],
  ],
} as const;
const LOG_FLAGS = [
  '--log-tcp-sequence',
  '--log-tcp-options',
  '--log-ip-options',
  '--log-uid',
  '--log-macdecode',
];

function logTarget(name: 'LOG' | 'NFLOG'): TargetBuilder {
  const values = new Map<string, string>();
  const flags: string[] = [];
  const options = LOG_OPTIONS[name];
  return {
    option(option, _inverted, take) {
      if (options.some(([known]) => known === option)) values.set(option, take());
      else if (name === 'LOG' && LOG_FLAGS.includes(option)) flags.push(option);
      else return false;
      return true;
    },
    build() {
      const words = options.flatMap(([option, standard]) => {
        const value = values.get(option);
        return value === undefined || value === standard ? [] : [`${option} ${quoteWord(value)}`];
      });
      return {
        target: { kind: 'log', prefix: values.get(options[0][0]) ?? '' },
        text: [name, ...words, ...flags].join(' '),
      };
    },
  };
}

function ctTarget(): TargetBuilder {
  let notrack = false;
  return {
    option(option) {
      if (option !== '--notrack') return false;
      notrack = true;
      return true;
    },
    build() {
      if (!notrack) failParse('CT: only --notrack is understood here');
      return { target: { kind: 'notrack' }, text: 'CT --notrack' };
    },
  };
}
