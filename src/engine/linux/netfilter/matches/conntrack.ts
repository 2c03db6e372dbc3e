import { formatPrefix, parseIpv4, parsePrefix, prefixContains } from '../../ipv4.ts';
import type { Tuple } from '../../trace.ts';
import type { ConnectionState, MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';
import { formatPortRange, inRange, parsePortRange } from './ports.ts';

/** In the order in which iptables-save prints them. */
const STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'] as const;
type State = (typeof STATES)[number];

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 };

/** `-m conntrack`: the connection's state, its addresses before and after NAT, the packet's direction. */
export function conntrack(): MatchBuilder {
  return builder('conntrack', '--ctstate');
}

/** `-m state`, the older way to say `-m conntrack --ctstate`. */
export function state(): MatchBuilder {
  return builder('state', '--state');
}

type Test = (connection: ConnectionState | undefined) => boolean;

function builder(name: 'conntrack' | 'state', stateOption: string): MatchBuilder {
  const words: string[] = [];
  const tests: Test[] = [];
  const add = (word: string, inverted: boolean, test: Test) => {
    words.push(`${inverted ? '! ' : ''}${word}`);
    tests.push((connection) => test(connection) !== inverted);
  };
  return {
    name,
    option(option, inverted, take) {
      if (option === stateOption) {
        const states = parseStates(take());
        add(`${stateOption} ${states.join(',')}`, inverted, (connection) => hasState(connection, states));
        return true;
      }
      if (name === 'state') return false;
      const side = SIDES[option];
      if (side) {
        const { text, test } = sideTest(side, take());
        add(`${option} ${text}`, inverted, test);
        return true;
      }
      switch (option) {
        case '--ctdir': {
          const direction = take();
          if (direction !== 'ORIGINAL' && direction !== 'REPLY')
            failParse(`conntrack: Bad value for "--ctdir" option: "${direction}"`);
          add(
            `--ctdir ${direction}`,
            inverted,
            (connection) => connection !== undefined && connection.isReply === (direction === 'REPLY'),
          );
          return true;
        }
        case '--ctstatus': {
          const status = take();
          if (status !== 'CONFIRMED' && status !== 'SEEN_REPLY' && status !== 'NONE')
            failParse(`conntrack: --ctstatus ${status} is not understood here`);
          add(`--ctstatus ${status}`, inverted, (connection) => {
            const seen = connection?.state === 'ESTABLISHED';
            return status === 'NONE' ? connection?.state === 'NEW' : seen;
          });
          return true;
        }
        case '--ctproto': {
          const name = take();
          const number =
            PROTOCOL_NUMBERS[name] ??
            (/^\d+$/.test(name)
              ? Number(name)
              : failParse(`conntrack: Bad value for "--ctproto" option: "${name}"`));
          add(
            `--ctproto ${number}`,
            inverted,
            (connection) =>
              connection?.original !== undefined && PROTOCOL_NUMBERS[connection.original.protocol] === number,
          );
          return true;
        }
        default:
          return false;
      }
    },
    build() {
      if (tests.length === 0) failParse(`${name}: At least one option is required`);
      return {
        name,
        text: [`-m ${name}`, ...words].join(' '),
        matches: ({ connection }) => tests.every((test) => test(connection)),
      };
    },
  };
}

type Side = readonly [
  direction: 'original' | 'reply',
  end: 'source' | 'destination' | 'sourcePort' | 'destinationPort',
];

const SIDES: Readonly<Record<string, Side>> = {
  '--ctorigsrc': ['original', 'source'],
  '--ctorigdst': ['original', 'destination'],
  '--ctreplsrc': ['reply', 'source'],
  '--ctrepldst': ['reply', 'destination'],
  '--ctorigsrcport': ['original', 'sourcePort'],
  '--ctorigdstport': ['original', 'destinationPort'],
  '--ctreplsrcport': ['reply', 'sourcePort'],
  '--ctrepldstport': ['reply', 'destinationPort'],
};

function sideTest([direction, end]: Side, value: string): { readonly text: string; readonly test: Test } {
  const tupleOf = (connection: ConnectionState | undefined): Tuple | undefined => connection?.[direction];
  if (end === 'sourcePort' || end === 'destinationPort') {
    const range = parsePortRange(value);
    const test: Test = (connection) => {
      const tuple = tupleOf(connection);
      return tuple !== undefined && inRange(tuple[end], range);
    };
    return { text: formatPortRange(range), test };
  }
  const prefix = parsePrefix(value) ?? failParse(`host/network \`${value}' not found`);
  const test: Test = (connection) => {
    const tuple = tupleOf(connection);
    return tuple !== undefined && prefixContains(prefix, parseIpv4(tuple[end])!);
  };
  return { text: prefix.length === 32 ? value.split('/')[0]! : formatPrefix(prefix), test };
}

function parseStates(text: string): State[] {
  const names = text.split(',');
  for (const name of names) {
    if (!(STATES as readonly string[]).includes(name))
      failParse(`conntrack: Bad value for "--ctstate" option: "${name}"`);
  }
  return STATES.filter((state) => names.includes(state));
}

function hasState(connection: ConnectionState | undefined, states: readonly State[]): boolean {
  if (!connection) return states.includes('INVALID');
  if (states.includes(connection.state)) return true;
  return (
    (connection.sourceNat && states.includes('SNAT')) ||
    (connection.destinationNat && states.includes('DNAT'))
  );
}
