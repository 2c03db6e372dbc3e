import type { Exchange, Service } from '../engine/index.ts';
import type { ExchangeFilter } from './check.ts';
import { type CommandFact, type Facts, withCaused } from './facts.ts';
import { dnsAddressesOf } from './payloads.ts';

/** Whether an exchange of this command is one that the filter means. */
export function matchesFilter(
  filter: ExchangeFilter,
  exchange: Exchange,
  command: CommandFact,
  facts: Facts,
): boolean {
  const { address, port } = exchange.destination;
  if (filter.protocol && exchange.protocol !== filter.protocol) return false;
  if (filter.process && exchange.client.process !== filter.process) return false;
  if (filter.destination && ![address, `${address}:${port}`].includes(filter.destination)) return false;
  if (filter.service && !isAddressOfService(filter.service, address, port, facts)) return false;
  if (filter.from && !isFrom(filter.from, exchange.client.netns, facts)) return false;
  return !filter.byName || foundByName(address, command);
}

/** The exchanges that the filter means, each with its command, latest first. */
export function exchangesMatching(filter: ExchangeFilter, facts: Facts) {
  return facts.commands
    .flatMap((command) => command.exchanges.flatMap(withCaused).map((exchange) => ({ command, exchange })))
    .filter(({ command, exchange }) => matchesFilter(filter, exchange, command, facts))
    .reverse();
}

/** Splits `namespace/name`; without a namespace, `default`. */
export function namespacedName(text: string): { readonly namespace: string; readonly name: string } {
  const [namespace, name] = text.split('/');
  return name === undefined ? { namespace: 'default', name: text } : { namespace: namespace!, name };
}

function isAddressOfService(service: string, address: string, port: number, facts: Facts): boolean {
  const { namespace, name } = namespacedName(service);
  const result = facts.api.get('services', namespace, name);
  if (!result.ok) return false;
  const isNode = facts.view.nodes.some((node) => node.address === address);
  return (
    addressesOf(result.object).includes(address) ||
    (isNode && (result.object.spec.ports ?? []).some((each) => each.nodePort === port))
  );
}

function addressesOf(service: Service): readonly (string | undefined)[] {
  return [
    service.spec.clusterIP,
    ...(service.spec.externalIPs ?? []),
    ...(service.status?.loadBalancer?.ingress ?? []).map((ingress) => ingress.ip),
  ];
}

function isFrom(from: NonNullable<ExchangeFilter['from']>, netns: string, facts: Facts): boolean {
  if (from.node !== undefined) return netns === from.node;
  const pod = facts.view.pods.find((each) => !each.hostNetwork && each.netns === netns);
  if (!pod || pod.namespace !== (from.namespace ?? 'default')) return false;
  if (from.pod !== undefined && pod.name !== from.pod) return false;
  return (
    from.deployment === undefined || (pod.owner?.kind === 'Deployment' && pod.owner.name === from.deployment)
  );
}

function foundByName(address: string, command: CommandFact): boolean {
  return command.exchanges.some(
    ({ outcome }) => outcome.kind === 'replied' && dnsAddressesOf(outcome.payload).includes(address),
  );
}
