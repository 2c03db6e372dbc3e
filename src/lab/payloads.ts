import type { Payload } from '../engine/index.ts';

/** The HTTP status in a payload; undefined when it is something else. */
export function httpStatusOf(payload: Payload | undefined): number | undefined {
  const data = payload?.data as { readonly kind?: unknown; readonly status?: unknown } | undefined;
  return data?.kind === 'http-response' && typeof data.status === 'number' ? data.status : undefined;
}

/** The addresses that a DNS answer gives; none when the payload is something else. */
export function dnsAddressesOf(payload: Payload | undefined): readonly string[] {
  const data = payload?.data as { readonly kind?: unknown; readonly answer?: unknown } | undefined;
  if (data?.kind !== 'dns' || !Array.isArray(data.answer)) return [];
  return data.answer.flatMap((record: { readonly address?: unknown }) =>
    typeof record.address === 'string' ? [record.address] : [],
  );
}
