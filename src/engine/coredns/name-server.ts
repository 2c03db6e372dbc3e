import { type DnsMessage, type DnsRecord, type DnsType, dnsMessageOf, dnsPayload } from '../libc/index.ts';
import type { RequestHandler } from '../linux/index.ts';
import { isInZone } from './corefile.ts';
import { parseZoneFile } from './zone-file.ts';

/** An alias of an alias of an alias … ends here. */
const MAX_ALIASES = 8;

/**
 * A recursive name server of the world outside: it knows the records of its zone files, and that nothing else exists.
 * It has the answers of the whole internet, so to speak, in one small file.
 */
export function nameServer(zoneFile: string): RequestHandler {
  const records = parseZoneFile(zoneFile);
  const byName = new Map<string, DnsRecord[]>();
  for (const record of records) {
    const key = record.name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), record]);
  }
  return ({ payload }) => {
    const query = dnsMessageOf(payload);
    if (!query || query.response) return undefined;
    return { payload: dnsPayload(resolve(query, byName, records)) };
  };
}

function resolve(
  query: DnsMessage,
  byName: ReadonlyMap<string, readonly DnsRecord[]>,
  records: readonly DnsRecord[],
): DnsMessage {
  const { type } = query.question;
  const answer: DnsRecord[] = [];
  let name = query.question.name;
  let known: readonly DnsRecord[] | undefined;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    known = byName.get(name.toLowerCase());
    const found = (known ?? []).filter((record) => record.type === type || type === 'ANY');
    answer.push(...found.map((record) => ({ ...record, name })));
    const alias = found.length === 0 ? known?.find((record) => record.type === 'CNAME') : undefined;
    if (alias?.type !== 'CNAME' || isAlias(type)) break;
    answer.push({ ...alias, name });
    name = alias.target;
  }
  const exists = known !== undefined || hasNamesBelow(name, byName);
  const complete = answer.length > 0 && known !== undefined;
  return {
    ...query,
    response: true,
    rcode: exists ? 'NOERROR' : 'NXDOMAIN',
    recursionAvailable: true,
    answer,
    authority: complete ? [] : authorityOf(name, records),
    additional: [],
  };
}

function isAlias(type: DnsType): boolean {
  return type === 'CNAME' || type === 'ANY';
}

/** A name without records of its own exists when others are below it (RFC 8020). */
function hasNamesBelow(name: string, byName: ReadonlyMap<string, unknown>): boolean {
  return [...byName.keys()].some((each) => each.endsWith(`.${name.toLowerCase()}`));
}

/** The SOA of the innermost zone that the name is in. */
function authorityOf(name: string, records: readonly DnsRecord[]): readonly DnsRecord[] {
  const zones = records.filter(
    (record) => record.type === 'SOA' && isInZone(name, record.name.toLowerCase()),
  );
  return zones.sort((a, b) => b.name.length - a.name.length).slice(0, 1);
}
