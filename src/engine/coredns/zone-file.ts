import { absolute, type DnsRecord } from '../libc/index.ts';

const DEFAULT_TTL = 3600;

/**
 * Reads records in the form of a master file (RFC 1035 §5), one a line: `NAME [TTL] [IN] TYPE DATA`. Names without a dot
 * at the end are below $ORIGIN; `@` is the origin, an empty name the one before. Comments begin with `;`.
 */
export function parseZoneFile(text: string): readonly DnsRecord[] {
  const records: DnsRecord[] = [];
  let origin = '.';
  let defaultTtl = DEFAULT_TTL;
  let owner = '.';
  for (const raw of text.split('\n')) {
    const line = raw.replace(/;.*$/, '').trimEnd();
    const words = line.trim().split(/\s+/);
    if (line.trim() === '') continue;
    if (words[0] === '$ORIGIN') origin = absolute(words[1] ?? '.');
    else if (words[0] === '$TTL') defaultTtl = Number(words[1]);
    else {
      if (!/^\s/.test(line)) owner = below(words.shift()!, origin);
      const ttl = /^\d+$/.test(words[0] ?? '') ? Number(words.shift()) : defaultTtl;
      if (words[0] === 'IN') words.shift();
      const record = readRecord(owner, ttl, words[0] ?? '', words.slice(1), origin);
      if (record) records.push(record);
    }
  }
  return records;
}

function below(name: string, origin: string): string {
  if (name === '@') return origin;
  if (name.endsWith('.')) return name;
  return origin === '.' ? `${name}.` : `${name}.${origin}`;
}

function readRecord(
  name: string,
  ttl: number,
  type: string,
  data: readonly string[],
  origin: string,
): DnsRecord | undefined {
  const [first = ''] = data;
  const number = (index: number) => Number(data[index] ?? 0);
  switch (type) {
    case 'A':
    case 'AAAA':
      return { name, ttl, type, address: first };
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return { name, ttl, type, target: below(first, origin) };
    case 'TXT':
      return { name, ttl, type, texts: [data.join(' ').replace(/^"|"$/g, '')] };
    case 'MX':
      return { name, ttl, type, preference: number(0), exchange: below(data[1] ?? '.', origin) };
    case 'SRV':
      return {
        name,
        ttl,
        type,
        priority: number(0),
        weight: number(1),
        port: number(2),
        target: below(data[3] ?? '.', origin),
      };
    case 'SOA':
      return {
        name,
        ttl,
        type,
        mname: below(first, origin),
        rname: below(data[1] ?? '.', origin),
        serial: number(2),
        refresh: number(3),
        retry: number(4),
        expire: number(5),
        minimum: number(6),
      };
    default:
      return undefined;
  }
}
