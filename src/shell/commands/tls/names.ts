import type { DistinguishedName } from '../../../engine/index.ts';

/** `CN=shop.example; O=Shop`, as curl writes a name. */
export function curlName(name: DistinguishedName): string {
  return name.map(({ type, value }) => `${type}=${value}`).join('; ');
}

/** `CN = shop.example, O = Shop`, as the commands of OpenSSL 3.0 write it. */
export function opensslName(name: DistinguishedName): string {
  return name.map(({ type, value }) => `${type} = ${quoted(value)}`).join(', ');
}

/** `Jan  1 00:00:00 2026 GMT` */
export function opensslDate(milliseconds: number): string {
  const [, day, month, year, time] =
    /(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(milliseconds).toUTCString()) ?? [];
  return `${month} ${String(Number(day)).padStart(2)} ${time} ${year} GMT`;
}

function quoted(value: string): string {
  return /[,+"<>;]|^[ #]| $/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}
