import { failParse } from '../parse-failure.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Ports by the names of /etc/services that rules tend to use. */
const SERVICES: Readonly<Record<string, number>> = { domain: 53, http: 80, https: 443, ssh: 22 };

/** `80`, `80:90`, `:90`, `80:`. */
export function parsePortRange(text: string): PortRange {
  const [first = '', last] = text.split(':', 2);
  const range = {
    first: parsePort(first, 0, text),
    last: last === undefined ? parsePort(first, 0, text) : parsePort(last, 65535, text),
  };
  if (range.first > range.last) failParse(`invalid portrange (min > max)`);
  return range;
}

function parsePort(text: string, whenEmpty: number, whole: string): number {
  if (text === '' && whole.includes(':')) return whenEmpty;
  const port = SERVICES[text] ?? (/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (!(port <= 65535)) failParse(`invalid port/service \`${text}' specified`);
  return port;
}

export function formatPortRange({ first, last }: PortRange): string {
  return first === last ? String(first) : `${first}:${last}`;
}

export function inRange(port: number, { first, last }: PortRange): boolean {
  return port >= first && port <= last;
}
