import type { MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';
import { formatPortRange, inRange, type PortRange, parsePortRange } from './ports.ts';

const OPTIONS: Readonly<Record<string, 'sports' | 'dports' | 'ports'>> = {
  '--sports': 'sports',
  '--source-ports': 'sports',
  '--dports': 'dports',
  '--destination-ports': 'dports',
  '--ports': 'ports',
};

/** `-m multiport --dports 80,443,8000:8080`: up to 15 ports, a range counting as two. */
export function multiport(): MatchBuilder {
  let wanted:
    | {
        readonly kind: 'sports' | 'dports' | 'ports';
        readonly ranges: readonly PortRange[];
        readonly inverted: boolean;
      }
    | undefined;
  return {
    name: 'multiport',
    option(option, inverted, take) {
      const kind = OPTIONS[option];
      if (!kind) return false;
      wanted = { kind, ranges: take().split(',').map(parsePortRange), inverted };
      const slots = wanted.ranges.reduce((sum, { first, last }) => sum + (first === last ? 1 : 2), 0);
      if (slots > 15) failParse('multiport: too many ports specified');
      return true;
    },
    build() {
      const { kind, ranges, inverted } = wanted ?? failParse('multiport: no ports specified');
      return {
        name: 'multiport',
        text: `-m multiport ${inverted ? '! ' : ''}--${kind} ${ranges.map(formatPortRange).join(',')}`,
        matches({ packet: { transport } }) {
          if (transport.protocol === 'icmp') return false;
          const ports = {
            sports: [transport.sourcePort],
            dports: [transport.destinationPort],
            ports: [transport.sourcePort, transport.destinationPort],
          }[kind];
          return ports.some((port) => ranges.some((range) => inRange(port, range))) !== inverted;
        },
      };
    },
  };
}
