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
      case 'add': {
        const entry = rest
          .filter((word) => word !== '-exist')
          .join(' ')
          .split(/ (?:timeout|comment)/)[0]!;
        if (!parseMember(set.type, entry)) return fail(`Syntax error: cannot parse ${entry}`);
        set.entries.add(entry);
        break;
      }
      case 'del':
        set.entries.delete(rest.filter((word) => word !== '-exist').join(' '));
        break;
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
  const members = [...entries].map((entry) => parseMember(type, entry)!);
  return {
    name,
    type,
    entries,
    holds(packet, directions) {
      const fits = ({ parts }: Member) =>
        parts.every((part, place) => partFits(part, packet, directions[place] ?? directions.at(-1)!));
      const found = members.filter(fits);
      return found.length > 0 && !found.some((member) => member.nomatch);
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

function parseMember(type: SetType, entry: string): Member | undefined {
  const [text = '', flag] = entry.split(' ');
  const words = text.split(',');
  const kinds = type.slice('hash:'.length).split(',');
  if (words.length !== kinds.length) return undefined;
  const parts = words.map((word, place) => (kinds[place] === 'port' ? parsePort(word) : parsePrefix(word)));
  if (parts.some((part) => part === undefined)) return undefined;
  return { parts: parts as Member['parts'], nomatch: flag === 'nomatch' };
}

function parsePort(word: string): { protocol: string; port: number } | undefined {
  const match = /^(?:(tcp|udp):)?(\d+)$/.exec(word);
  return match ? { protocol: match[1] ?? 'tcp', port: Number(match[2]) } : undefined;
}
