import type { MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';

/** Names of ICMP types; a type alone stands for all its codes. */
const TYPES: Readonly<Record<string, readonly [type: number, code?: number]>> = {
  'echo-reply': [0],
  pong: [0],
  'destination-unreachable': [3],
  'network-unreachable': [3, 0],
  'host-unreachable': [3, 1],
  'protocol-unreachable': [3, 2],
  'port-unreachable': [3, 3],
  'fragmentation-needed': [3, 4],
  'echo-request': [8],
  ping: [8],
  'time-exceeded': [11],
  'ttl-exceeded': [11],
  'ttl-zero-during-transit': [11, 0],
};

/** `-m icmp --icmp-type echo-request`. */
export function icmp(): MatchBuilder {
  let wanted:
    | { readonly type: number; readonly code: number | undefined; readonly inverted: boolean }
    | 'any' = 'any';
  return {
    name: 'icmp',
    option(option, inverted, take) {
      if (option !== '--icmp-type') return false;
      const text = take();
      if (text === 'any') return true;
      const [type, code] = TYPES[text] ?? parseNumbers(text);
      wanted = { type, code, inverted };
      return true;
    },
    build() {
      const type = wanted;
      if (type === 'any')
        return {
          name: 'icmp',
          text: '-m icmp --icmp-type any',
          matches: (context) => context.packet.transport.protocol === 'icmp',
        };
      const code = type.code === undefined ? '' : `/${type.code}`;
      return {
        name: 'icmp',
        text: `-m icmp ${type.inverted ? '! ' : ''}--icmp-type ${type.type}${code}`,
        matches({ packet: { transport } }) {
          if (transport.protocol !== 'icmp') return false;
          const same =
            transport.type === type.type && (type.code === undefined || transport.code === type.code);
          return same !== type.inverted;
        },
      };
    },
  };
}

function parseNumbers(text: string): readonly [number, number?] {
  const match = /^(\d{1,3})(?:\/(\d{1,3}))?$/.exec(text);
  if (!match) failParse(`Invalid ICMP type \`${text}'`);
  return match[2] === undefined ? [Number(match[1])] : [Number(match[1]), Number(match[2])];
}
