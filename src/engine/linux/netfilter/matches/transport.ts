import type { TcpFlag } from '../../packet.ts';
import type { MatchBuilder, MatchContext } from '../match.ts';
import { failParse } from '../parse-failure.ts';
import { formatPortRange, inRange, type PortRange, parsePortRange } from './ports.ts';

interface PortOption {
  readonly range: PortRange;
  readonly inverted: boolean;
}

/** The order in which iptables-save prints flags. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;
type Flag = (typeof FLAGS)[number];

/** `-m tcp`, `-m udp` and `-m sctp`: ports, and for TCP its flags. No packet here is SCTP, but Services may be. */
export function transport(protocol: 'tcp' | 'udp' | 'sctp'): MatchBuilder {
  let source: PortOption | undefined;
  let destination: PortOption | undefined;
  let flags:
    | { readonly mask: readonly Flag[]; readonly set: readonly Flag[]; readonly inverted: boolean }
    | undefined;
  return {
    name: protocol,
    option(option, inverted, take) {
      if (option === '--sport' || option === '--source-port')
        source = { range: parsePortRange(take()), inverted };
      else if (option === '--dport' || option === '--destination-port')
        destination = { range: parsePortRange(take()), inverted };
      else if (protocol === 'tcp' && option === '--syn')
        flags = { mask: ['FIN', 'SYN', 'RST', 'ACK'], set: ['SYN'], inverted };
      else if (protocol === 'tcp' && option === '--tcp-flags')
        flags = { mask: parseFlags(take()), set: parseFlags(take()), inverted };
      else return false;
      return true;
    },
    build() {
      const words = [`-m ${protocol}`];
      for (const [name, port] of [
        ['--sport', source],
        ['--dport', destination],
      ] as const) {
        if (port) words.push(`${port.inverted ? '! ' : ''}${name} ${formatPortRange(port.range)}`);
      }
      if (flags)
        words.push(
          `${flags.inverted ? '! ' : ''}--tcp-flags ${flags.mask.join(',')} ${flags.set.join(',') || 'NONE'}`,
        );
      const exact =
        destination && !destination.inverted && destination.range.first === destination.range.last;
      return {
        name: protocol,
        text: words.join(' '),
        ...(exact && { destinationPort: destination!.range.first }),
        matches({ packet: { transport: header } }: MatchContext) {
          if (header.protocol !== protocol) return false;
          if (source && inRange(header.sourcePort, source.range) === source.inverted) return false;
          if (destination && inRange(header.destinationPort, destination.range) === destination.inverted)
            return false;
          if (!flags || header.protocol !== 'tcp') return true;
          const has = (flag: Flag) => (header.flags as readonly string[]).includes(flag);
          return flags.mask.every((flag) => has(flag) === flags!.set.includes(flag)) !== flags.inverted;
        },
      };
    },
  };
}

function parseFlags(text: string): Flag[] {
  if (text === 'ALL') return [...FLAGS];
  if (text === 'NONE') return [];
  const names = text.split(',');
  for (const name of names) {
    if (!(FLAGS as readonly string[]).includes(name)) failParse(`Unknown TCP flag \`${name}'`);
  }
  return FLAGS.filter((flag) => names.includes(flag)) satisfies (TcpFlag | 'URG')[];
}
