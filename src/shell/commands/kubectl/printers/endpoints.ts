import type { EndpointSlice, Endpoints } from '../../../../engine/index.ts';
import type { Columns } from './column.ts';
import { AGE, firstThree } from './shared.ts';

/** Models formatEndpoints: ready addresses with every port, three at most. */
export function endpointsText(endpoints: Endpoints): string {
  const all = (endpoints.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => join(ip, port))),
  );
  return firstThree(all, '<none>');
}

/** net.JoinHostPort. */
export function join(ip: string, port: number | string): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

export const ENDPOINTS_COLUMNS: Columns<Endpoints> = [{ name: 'ENDPOINTS', cell: endpointsText }, AGE];

export const ENDPOINT_SLICE_COLUMNS: Columns<EndpointSlice> = [
  { name: 'ADDRESSTYPE', cell: ({ addressType }) => addressType },
  {
    name: 'PORTS',
    cell: ({ ports }) =>
      firstThree(
        (ports ?? []).map(({ name, port }) => (port !== undefined ? String(port) : name || '*')),
        '<unset>',
      ),
  },
  {
    name: 'ENDPOINTS',
    cell: ({ endpoints }) =>
      firstThree(
        (endpoints ?? []).flatMap(({ addresses }) => addresses),
        '<unset>',
      ),
  },
  AGE,
];
