import {
  type DnsMessage,
  type DnsRecord,
  dnsMessageOf,
  dnsMessageSize,
  type Packet,
} from '../../../engine/index.ts';

const RCODES: Readonly<Record<string, string>> = {
  NOERROR: '',
  FORMERR: ' FormErr',
  SERVFAIL: ' ServFail',
  NXDOMAIN: ' NXDomain',
  NOTIMP: ' NotImp',
  REFUSED: ' Refused',
};

/** A DNS message as print-domain.c prints it: `12345+ A? hello. (23)`, `12345*- 1/0/1 A 100.64.0.80 (67)`. */
export function dnsText({ payload }: Packet, verbose: boolean): string | undefined {
  const message = dnsMessageOf(payload);
  return message && (message.response ? answerText(message, verbose) : queryText(message));
}

function queryText(message: DnsMessage): string {
  const { id, recursionDesired, question, edns } = message;
  return `${id}${recursionDesired ? '+' : ''}${edns ? ' [1au]' : ''} ${question.type}? ${question.name} (${dnsMessageSize(message)})`;
}

function answerText(message: DnsMessage, verbose: boolean): string {
  const {
    id,
    rcode,
    authoritative,
    recursionAvailable,
    truncated,
    answer,
    authority,
    additional,
    edns,
    question,
  } = message;
  const flags = `${RCODES[rcode] ?? ''}${authoritative ? '*' : ''}${recursionAvailable ? '' : '-'}${truncated ? '|' : ''}`;
  const asked = verbose ? ` q: ${question.type}? ${question.name}` : '';
  const counts = `${answer.length}/${authority.length}/${additional.length + (edns ? 1 : 0)}`;
  const list = (records: readonly DnsRecord[]) =>
    records.map((record) => ` ${recordText(record, verbose)}`).join(',');
  const rest = verbose
    ? `${authority.length > 0 ? ` ns:${list(authority)}` : ''}${additional.length > 0 || edns ? ` ar:${[...additional.map((record) => ` ${recordText(record, true)}`), ...(edns ? [` . OPT UDPsize=${edns.udpSize}`] : [])].join(',')}` : ''}`
    : '';
  return `${id}${flags}${asked} ${counts}${list(answer)}${rest} (${dnsMessageSize(message)})`;
}

function recordText(record: DnsRecord, verbose: boolean): string {
  const head = verbose ? `${record.name} [${duration(record.ttl)}] ` : '';
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `${head}${record.type} ${record.address}`;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return `${head}${record.type} ${record.target}`;
    case 'SRV':
      return `${head}SRV ${record.target}:${record.port} ${record.priority} ${record.weight}`;
    case 'MX':
      return `${head}MX ${record.exchange} ${record.preference}`;
    case 'TXT':
      return `${head}TXT ${record.texts.map((text) => `"${text}"`).join(' ')}`;
    case 'SOA':
      return `${head}SOA${verbose ? ` ${record.mname} ${record.rname} ${record.serial} ${record.refresh} ${record.retry} ${record.expire} ${record.minimum}` : ''}`;
  }
}

/** `30s`, `1h`, `1d2h` (unsigned_relts_print). */
function duration(seconds: number): string {
  let rest = seconds;
  let text = '';
  for (const [unit, size] of [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (rest < size && !(unit === 's' && text === '')) continue;
    text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
}
