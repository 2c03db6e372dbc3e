import { type DnsMessage, type DnsRecord, recordData } from '../../../engine/index.ts';

/** BIND's master-file layout: name to column 24, TTL to 32, class to 40, type to 48; a blank where a column is full. */
export function recordLine(record: DnsRecord): string {
  let line = record.name;
  line = toColumn(line, 24) + String(record.ttl);
  line = `${toColumn(line, 32)}IN`;
  line = `${toColumn(line, 40)}${record.type}`;
  return `${toColumn(line, 48)}${recordData(record)}`;
}

export function questionLine({ name, type }: DnsMessage['question']): string {
  // BIND counts the columns without the `;`.
  const line = `${toColumn(name, 32)}IN`;
  return `;${toColumn(line, 40)}${type}`;
}

function toColumn(line: string, column: number): string {
  let at = 0;
  for (const character of line) at = character === '\t' ? (Math.floor(at / 8) + 1) * 8 : at + 1;
  if (at >= column) return `${line} `;
  let tabs = '';
  while (at < column) {
    tabs += '\t';
    at = (Math.floor(at / 8) + 1) * 8;
  }
  return line + tabs;
}

export function flagWords(message: DnsMessage): string {
  return [
    'qr',
    ...(message.authoritative ? ['aa'] : []),
    ...(message.truncated ? ['tc'] : []),
    ...(message.recursionDesired ? ['rd'] : []),
    ...(message.recursionAvailable ? ['ra'] : []),
  ].join(' ');
}

/** `100.64.0.5` -> `5.0.64.100.in-addr.arpa.` */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
}

export function isAddress(word: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(word);
}
