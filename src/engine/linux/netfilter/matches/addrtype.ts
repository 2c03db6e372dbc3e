import type { AddressType, MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';

const TYPES: readonly AddressType[] = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
];

interface Wanted {
  readonly types: readonly AddressType[];
  readonly inverted: boolean;
}

/** `-m addrtype --src-type LOCAL --dst-type LOCAL`: whose address it is, as the routing tables know. */
export function addrtype(): MatchBuilder {
  let source: Wanted | undefined;
  let destination: Wanted | undefined;
  let limit: 'in' | 'out' | undefined;
  return {
    name: 'addrtype',
    option(option, inverted, take) {
      if (option === '--src-type') source = { types: parseTypes(take()), inverted };
      else if (option === '--dst-type') destination = { types: parseTypes(take()), inverted };
      else if (option === '--limit-iface-in') limit = 'in';
      else if (option === '--limit-iface-out') limit = 'out';
      else return false;
      return true;
    },
    build() {
      if (!source && !destination) failParse('addrtype: you must specify --src-type or --dst-type');
      const words = ['-m addrtype'];
      for (const [name, wanted] of [
        ['--src-type', source],
        ['--dst-type', destination],
      ] as const) {
        if (wanted) words.push(`${wanted.inverted ? '! ' : ''}${name} ${wanted.types.join(',')}`);
      }
      if (limit) words.push(`--limit-iface-${limit}`);
      return {
        name: 'addrtype',
        text: words.join(' '),
        matches(context) {
          const device = limit === 'in' ? context.inDevice : limit === 'out' ? context.outDevice : undefined;
          const fits = (wanted: Wanted | undefined, address: string) =>
            !wanted || wanted.types.includes(context.addressType(address, device)) !== wanted.inverted;
          return fits(source, context.packet.ip.source) && fits(destination, context.packet.ip.destination);
        },
      };
    },
  };
}

function parseTypes(text: string): AddressType[] {
  return text.split(',').map((name) => {
    if (!(TYPES as readonly string[]).includes(name)) failParse(`addrtype: bad type \`${name}'`);
    return name as AddressType;
  });
}
