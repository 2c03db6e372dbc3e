import { type Prefix, parseIpv4, parsePrefix, prefixContains } from './ipv4.ts';
import type { Packet } from './packet.ts';

/** The set types that NetworkPolicy agents use. */
export const SET_TYPES = [
  'hash:ip',
  'hash:net',
  'hash:ip,port',
  'hash:net,port',
  'hash:ip,port,ip',
  'hash:ip,port,net',
] as const;
export type SetType = (typeof SET_TYPES)[number];

/** A named set of addresses (and ports) that `-m set` asks. */
export interface IpSet {
  readonly name: string;
  readonly type: SetType;
  /** As `ipset list` prints them. */
  readonly entries: ReadonlySet<string>;
  /** Whether it holds the parts of the packet that the directions name. */
  holds(packet: Packet, directions: readonly ('src' | 'dst')[]): boolean;
}

interface Member {
  readonly parts: readonly (Prefix | { readonly protocol: string; readonly port: number })[];
  /** How many bits of the addresses it fixes: of several members that hold a packet, the most specific decides. */
  readonly length: number;
  readonly nomatch: boolean;
}

export type IpSetResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: { readonly line: number; readonly message: string } };

/**
 * Reads what `ipset restore` reads: `create NAME TYPE …`, `add NAME ENTRY`, `del`, `flush`, `destroy`, `swap`.
 * Writes into `sets` only when every line is right.
 */
export function restoreSets(sets: Map<string, IpSet>, text: string): IpSetResult {
  const draft = new Map(
    [...sets].map(([name, set]) => [name, { type: set.type, entries: new Set(set.entries) }]),
  );
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const [command, name = '', ...rest] = line.trim().split(/\s+/);
    if (!command || command.startsWith('#')) continue;
    const fail = (message: string): IpSetResult => ({
      ok: false,
      error: { line: number, message: `ipset v7.17: Error in line ${number}: ${message}` },
    });
    const set = draft.get(name);
    if (command === 'create') {
      const type = rest[0];
      if (!SET_TYPES.includes(type as SetType)) return fail(`Syntax error: unknown settype ${type}`);
      if (set && !rest.includes('-exist'))
        return fail('Set cannot be created: set with the same name already exists');
      if (!set) draft.set(name, { type: type as SetType, entries: new Set() });
      continue;
    }
    if (!set) return fail('The set with the given name does not exist');
    switch (command) {
      case 'add':
      case 'del': {
        const quiet = rest.includes('-exist');
        const words = rest
          .filter((word) => word !== '-exist')
          .join(' ')
          .split(/ (?:timeout|comment)/)[0]!;
        const entries = expand(words);
        if (entries.length === 0 || !entries.every((entry) => parseMember(set.type, entry)))
          return fail(`Syntax error: cannot parse ${words}`);
        for (const entry of entries) {
          const known = set.entries.has(entry);
          if (command === 'add' && known && !quiet)
            return fail("Element cannot be added to the set: it's already added");
          if (command === 'del' && !known && !quiet)
            return fail("Element cannot be deleted from the set: it's not added");
          if (command === 'add') set.entries.add(entry);
          else set.entries.delete(entry);
        }
        break;
      }
      case 'flush':
        set.entries.clear();
        break;
      case 'destroy':
        draft.delete(name);
        break;
      case 'swap': {
        const other = draft.get(rest[0] ?? '');
        if (!other) return fail('The set with the given name does not exist');
        draft.set(name, other);
        draft.set(rest[0]!, set);
        break;
      }
      default:
        return fail(`Unknown argument ${command}`);
    }
  }
  sets.clear();
  for (const [name, { type, entries }] of draft) sets.set(name, createSet(name, type, entries));
  return { ok: true };
}

function createSet(name: string, type: SetType, entries: ReadonlySet<string>): IpSet {
  const members = [...entries]
    .map((entry) => parseMember(type, entry)!)
    .sort((one, other) => other.length - one.length);
  return {
    name,
    type,
    entries,
    holds(packet, directions) {
      const holder = members.find(({ parts }) =>
        parts.every((part, place) => partFits(part, packet, directions[place] ?? directions.at(-1)!)),
      );
      return holder !== undefined && !holder.nomatch;
    },
  };
}

function partFits(part: Member['parts'][number], packet: Packet, direction: 'src' | 'dst'): boolean {
  const { ip, transport } = packet;
  if ('network' in part)
    return prefixContains(part, parseIpv4(direction === 'src' ? ip.source : ip.destination)!);
  if (transport.protocol === 'icmp' || transport.protocol !== part.protocol) return false;
  return (direction === 'src' ? transport.sourcePort : transport.destinationPort) === part.port;
}

/** `10.0.0.1,tcp:80-82` is three entries, each as `ipset list` prints it. Empty: the range is upside down. */
function expand(entry: string): string[] {
  const [text = '', ...flags] = entry.split(' ');
  const words = text.split(',');
  const place = words.findIndex((word) => /^(?:\w+:)?\d+(?:-\d+)?$/.test(word));
  if (place === -1) return [entry];
  const [, protocol = 'tcp', first, last = first] = /^(?:(\w+):)?(\d+)(?:-(\d+))?$/.exec(words[place]!)!;
  return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, step) =>
    [words.with(place, `${protocol}:${Number(first) + step}`).join(','), ...flags].join(' '),
  );
}

function parseMember(type: SetType, entry: string): Member | undefined {
  const [text = '', flag] = entry.split(' ');
  if (flag !== undefined && (flag !== 'nomatch' || !type.includes('net'))) return undefined;
  const words = text.split(',');
  const kinds = type.slice('hash:'.length).split(',');
  if (words.length !== kinds.length) return undefined;
  const parts = words.map((word, place) =>
    kinds[place] === 'port' ? parsePort(word) : parseAddresses(word),
  );
  if (parts.some((part) => part === undefined)) return undefined;
  const length = parts.reduce((sum, part) => sum + ('length' in part! ? part.length : 0), 0);
  return { parts: parts as Member['parts'], length, nomatch: flag === 'nomatch' };
}

/** These types hold no /0: it takes 0.0.0.0/1 and 128.0.0.0/1 to say "all". */
function parseAddresses(word: string): Prefix | undefined {
  const prefix = parsePrefix(word);
  return prefix && prefix.length > 0 ? prefix : undefined;
}

function parsePort(word: string): { protocol: string; port: number } | undefined {
  const [, protocol, port] = /^(tcp|udp|sctp):(\d+)$/.exec(word) ?? [];
  return protocol && Number(port) <= 65535 ? { protocol, port: Number(port) } : undefined;
}
