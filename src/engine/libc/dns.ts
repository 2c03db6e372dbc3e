import type { Payload } from '../linux/index.ts';

/** DNS messages (RFC 1035, RFC 6891). Names are absolute: they end with a dot, and keep the case they were given in. */

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'HINFO' | 'MX' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT' | 'ANY';
export type DnsRcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

export type DnsRecord = { readonly name: string /** Seconds. */; readonly ttl: number } & (
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS' | 'PTR'; readonly target: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'TXT'; readonly texts: readonly string[] }
  | { readonly type: 'MX'; readonly preference: number; readonly exchange: string }
  | {
      readonly type: 'SOA';
      readonly mname: string;
      readonly rname: string;
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    }
);

export interface DnsMessage {
  readonly kind: 'dns';
  readonly id: number;
  /** False: a query. */
  readonly response: boolean;
  readonly rcode: DnsRcode;
  /** aa, tc, rd, ra */
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly question: { readonly name: string; readonly type: DnsType };
  readonly answer: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  /** Without the OPT pseudo-record, which is `edns`. */
  readonly additional: readonly DnsRecord[];
  /** EDNS(0): the largest UDP answer that the sender takes. */
  readonly edns?: { readonly udpSize: number };
}

/** A query as a stub resolver sends it: recursion desired, no EDNS. */
export function dnsQuestion(
  id: number,
  name: string,
  type: DnsType,
  edns?: { readonly udpSize: number },
): DnsMessage {
  return {
    kind: 'dns',
    id,
    response: false,
    rcode: 'NOERROR',
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    question: { name: absolute(name), type },
    answer: [],
    authority: [],
    additional: [],
    ...(edns && { edns }),
  };
}

/** The name with a dot at its end. */
export function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** The data column of a record, as dig and zone files print it. */
export function recordData(record: DnsRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return record.target;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}`;
    case 'TXT':
      return record.texts.map((text) => `"${text}"`).join(' ');
    case 'MX':
      return `${record.preference} ${record.exchange}`;
    case 'SOA':
      return `${record.mname} ${record.rname} ${record.serial} ${record.refresh} ${record.retry} ${record.expire} ${record.minimum}`;
  }
}

/** Bytes on the wire, names compressed as RFC 1035 §4.1.4 allows (SRV targets are not: RFC 2782). */
export function dnsMessageSize(message: DnsMessage): number {
  const known = new Set<string>();
  const nameSize = (name: string, compress = true): number => {
    let size = 0;
    let rest = absolute(name);
    while (rest !== '.' && rest !== '') {
      if (compress && known.has(rest.toLowerCase())) return size + 2;
      known.add(rest.toLowerCase());
      const dot = rest.indexOf('.');
      size += dot + 1;
      rest = rest.slice(dot + 1);
    }
    return size + 1;
  };
  const dataSize = (record: DnsRecord): number => {
    switch (record.type) {
      case 'A':
        return 4;
      case 'AAAA':
        return 16;
      case 'CNAME':
      case 'NS':
      case 'PTR':
        return nameSize(record.target);
      case 'SRV':
        return 6 + nameSize(record.target, false);
      case 'TXT':
        return record.texts.reduce((sum, text) => sum + 1 + text.length, 0);
      case 'MX':
        return 2 + nameSize(record.exchange);
      case 'SOA':
        return 20 + nameSize(record.mname) + nameSize(record.rname);
    }
  };
  let size = 12 + nameSize(message.question.name) + 4;
  for (const record of [...message.answer, ...message.authority, ...message.additional]) {
    size += nameSize(record.name) + 10 + dataSize(record);
  }
  return size + (message.edns ? 11 : 0);
}

/** `A? name.` for a query, `NXDOMAIN` or the first answers for a response. */
function summary(message: DnsMessage): string {
  if (!message.response) return `${message.question.type}? ${message.question.name}`;
  if (message.truncated) return 'truncated';
  if (message.rcode !== 'NOERROR') return message.rcode;
  if (message.answer.length === 0) return 'NODATA';
  const shown = message.answer.slice(0, 2).map((record) => `${record.type} ${recordData(record)}`);
  return message.answer.length > 2 ? `${shown.join(', ')} +${message.answer.length - 2}` : shown.join(', ');
}

export function dnsPayload(message: DnsMessage): Payload {
  return { bytes: dnsMessageSize(message), summary: summary(message), data: message };
}

export function dnsMessageOf(payload: Payload | undefined): DnsMessage | undefined {
  const data = payload?.data as DnsMessage | undefined;
  return data?.kind === 'dns' ? data : undefined;
}
