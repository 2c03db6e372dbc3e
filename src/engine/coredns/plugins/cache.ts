import type { DnsMessage, DnsRecord } from '../../libc/index.ts';
import { isInZone, matchingZone, zoneName } from '../corefile.ts';
import type { Plugin, Reply } from '../plugin.ts';

const MAX_SUCCESS_TTL = 3600;
const MAX_DENIAL_TTL = 1800;
const MIN_TTL = 5;
/** How long a SERVFAIL is remembered. */
const FAILURE_TTL = 5;

interface Entry {
  readonly message: DnsMessage;
  readonly storedAt: number;
  readonly ttl: number;
}

/**
 * `cache [TTL] [ZONES…] { disable success|denial [ZONES…]; success N [TTL]; denial N [TTL] }`: remembers answers, and
 * that there are none, for as long as their TTLs say (plugin/cache). What it gives again has its TTLs counted down.
 */
export const cache: Plugin = {
  name: 'cache',
  setup({ directive, process, zones }) {
    const [first, ...rest] = directive.arguments;
    const limit = first !== undefined && /^\d+$/.test(first) ? Number(first) : undefined;
    const named = limit === undefined ? directive.arguments : rest;
    const own = named.length > 0 ? named.map(zoneName) : zones;
    const disabled = (kind: string) =>
      directive.block
        .filter(([name, which]) => name === 'disable' && which === kind)
        .flatMap(([, , ...words]) => (words.length > 0 ? words.map(zoneName) : own));
    const limitOf = (kind: string, most: number) => {
      const line = directive.block.find(([name]) => name === kind);
      return Math.min(Number(line?.[2] ?? limit ?? most), most);
    };
    const noSuccess = disabled('success');
    const noDenial = disabled('denial');
    const limits = {
      success: limitOf('success', MAX_SUCCESS_TTL),
      denial: limitOf('denial', MAX_DENIAL_TTL),
    };
    const entries = new Map<string, Entry>();

    return {
      handler(query, next) {
        if (matchingZone(query.name, own) === undefined) return next(query);
        const key = `${query.type} ${query.name.toLowerCase()}`;
        const now = process.now() / 1000;
        const known = entries.get(key);
        if (known && now < known.storedAt + known.ttl) return again(known, now, query.message);
        entries.delete(key);
        const reply = next(query);
        const { message } = reply;
        if (!message || message.truncated) return reply;
        const ttl = timeToLive(message, limits);
        const kind = isDenial(message) ? noDenial : noSuccess;
        if (ttl > 0 && !kind.some((zone) => isInZone(query.name, zone)))
          entries.set(key, { message, storedAt: now, ttl });
        return reply;
      },
      stop: () => entries.clear(),
    };
  },
};

function isDenial(message: DnsMessage): boolean {
  return message.rcode === 'NXDOMAIN' || (message.rcode === 'NOERROR' && message.answer.length === 0);
}

/** The smallest TTL of the answer's records, within the limits. 0: not to be remembered. */
function timeToLive(
  message: DnsMessage,
  limits: { readonly success: number; readonly denial: number },
): number {
  if (message.rcode === 'SERVFAIL') return FAILURE_TTL;
  if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN') return 0;
  const denial = isDenial(message);
  const authority = message.authority.find((record) => record.type === 'SOA');
  // Without an SOA record a denial says nothing of how long it holds (RFC 2308 §5).
  if (denial && !authority) return 0;
  const ttls = [...message.answer, ...message.authority, ...message.additional].map(({ ttl }) => ttl);
  if (denial && authority?.type === 'SOA') ttls.push(authority.minimum);
  return Math.max(MIN_TTL, Math.min(...ttls, denial ? limits.denial : limits.success));
}

function again(entry: Entry, now: number, asked: DnsMessage): Reply {
  const left = Math.max(0, Math.ceil(entry.storedAt + entry.ttl - now));
  const counted = (records: readonly DnsRecord[]) =>
    records.map((record): DnsRecord => ({ ...record, ttl: Math.min(record.ttl, left) }));
  const { message } = entry;
  return {
    message: {
      ...message,
      id: asked.id,
      question: asked.question,
      authoritative: message.authoritative,
      answer: counted(message.answer),
      authority: counted(message.authority),
      additional: counted(message.additional),
    },
  };
}
