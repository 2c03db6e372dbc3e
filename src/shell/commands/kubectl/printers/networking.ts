import type {
  Ingress,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  ServiceCIDR,
} from '../../../../engine/index.ts';
import type { Columns } from './column.ts';
import { AGE, firstThree, selectorText } from './shared.ts';

/** Models formatHosts: every rule's host, three at most; `*` when none is named. */
export function ingressHosts(ingress: Ingress): string {
  const hosts = (ingress.spec?.rules ?? []).flatMap(({ host }) => (host ? [host] : []));
  return firstThree(hosts, '*');
}

export function ingressAddress(ingress: Ingress, wide: boolean): string {
  const addresses = (ingress.status?.loadBalancer?.ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '')
    .filter((one) => one !== '');
  const text = addresses.join(',');
  return !wide && text.length > 16 ? `${text.slice(0, 13)}...` : text;
}

export const INGRESS_COLUMNS: Columns<Ingress> = [
  { name: 'CLASS', cell: ({ spec }) => spec?.ingressClassName || '<none>' },
  { name: 'HOSTS', cell: ingressHosts },
  { name: 'ADDRESS', cell: (ingress, { wide }) => ingressAddress(ingress, wide) },
  { name: 'PORTS', cell: ({ spec }) => ((spec?.tls ?? []).length > 0 ? '80, 443' : '80') },
  AGE,
];

export const INGRESS_CLASS_COLUMNS: Columns<IngressClass> = [
  { name: 'CONTROLLER', cell: ({ spec }) => spec?.controller ?? '' },
  {
    name: 'PARAMETERS',
    cell({ spec }) {
      const parameters = spec?.parameters;
      if (!parameters) return '<none>';
      return `${parameters.kind}${parameters.apiGroup ? `.${parameters.apiGroup}` : ''}/${parameters.name}`;
    },
  },
  AGE,
];

export const NETWORK_POLICY_COLUMNS: Columns<NetworkPolicy> = [
  { name: 'POD-SELECTOR', cell: ({ spec }) => selectorText(spec?.podSelector) },
  AGE,
];

export const SERVICE_CIDR_COLUMNS: Columns<ServiceCIDR> = [
  { name: 'CIDRS', cell: ({ spec }) => (spec?.cidrs ?? []).join(',') },
  AGE,
];

export const IP_ADDRESS_COLUMNS: Columns<IPAddress> = [
  {
    name: 'PARENTREF',
    cell({ spec }) {
      const parent = spec?.parentRef;
      if (!parent) return '<none>';
      return `${parent.resource ?? ''}${parent.group ? `.${parent.group}` : ''}/${parent.namespace ? `${parent.namespace}/` : ''}${parent.name ?? ''}`;
    },
  },
  AGE,
];
