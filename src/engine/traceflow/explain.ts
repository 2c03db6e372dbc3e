import type { ObjectReference } from '../api/index.ts';
import type { RulePurpose } from '../kubeproxy/index.ts';
import type { RouteView, RuleReference, RuleVisit, Step, Trace, Tuple } from '../linux/index.ts';
import type { Message } from '../message.ts';
import type { Observation } from './observation.ts';

/** An object and one of its fields: what a rule or a route was written for. */
export interface Owner {
  readonly object: ObjectReference;
  readonly field?: string;
  /** What kube-proxy's rule is for, or a CNI plugin's. */
  readonly purpose?: RulePurpose | 'host-port';
  /** `100.96.1.2:8080`: the endpoint that the rule leads to. */
  readonly endpoint?: string;
}

/** Who owns what in the machines, as those who configured them remember it. */
export interface Owners {
  /** The Pod or Node that a network namespace belongs to. */
  ofNetns(netns: string): ObjectReference | undefined;
  /** The most telling owner first; empty: a rule that serves nobody in particular. */
  ofRule(netns: string, rule: RuleReference): readonly Owner[];
  ofRoute(netns: string, route: RouteView): Owner | undefined;
}

/**
 * Says what the steps of a trace meant to Kubernetes: which object, and which of its fields, made the kernel do that.
 * Steps without such a meaning (a bridge forwarding a frame) get no observation.
 */
export function explain(trace: Trace, owners: Owners): readonly Observation[] {
  return trace.hops.flatMap((hop, hopIndex) =>
    hop.steps.flatMap((step, stepIndex) =>
      meanings(hop.netns, step, owners).map(({ message, owner }) => ({
        hop: hopIndex,
        step: stepIndex,
        message,
        ...(owner ? { object: owner.object } : {}),
        ...(owner?.field !== undefined ? { field: owner.field } : {}),
      })),
    ),
  );
}

interface Meaning {
  readonly message: Message;
  readonly owner?: Owner;
}

function meanings(netns: string, step: Step, owners: Owners): readonly Meaning[] {
  const self = owners.ofNetns(netns);
  const own = self ? { owner: { object: self } } : {};
  switch (step.kind) {
    case 'originate':
      return [
        {
          message: {
            id: 'traceflow.originate',
            values: { process: step.process ?? '', name: self?.name ?? netns },
          },
          ...own,
        },
      ];
    case 'deliver':
      if (!step.socket)
        return [
          { message: { id: 'traceflow.nobody-listens', values: { name: self?.name ?? netns } }, ...own },
        ];
      return [
        {
          message: {
            id: 'traceflow.deliver',
            values: { process: step.process ?? '', name: self?.name ?? netns },
          },
          ...own,
        },
      ];
    case 'table':
      return step.visited.flatMap((visit) => ruleMeaning(netns, visit, step, owners));
    case 'nat':
      return [natMeaning(netns, step, owners)];
    case 'route':
      return routeMeaning(netns, step, owners);
    case 'neighbour':
      return step.state === 'failed'
        ? [
            {
              message: {
                id: 'traceflow.nobody-answers-arp',
                values: { address: step.address, device: step.device },
              },
            },
          ]
        : [];
    default:
      return [];
  }
}

/** The message of each purpose; undefined: what the rule does needs no words of its own, the step that follows says it. */
const MEANINGS: Readonly<Record<NonNullable<Owner['purpose']>, string | undefined>> = {
  'cluster-ip': 'traceflow.service',
  'external-ip': 'traceflow.service',
  'load-balancer': 'traceflow.service',
  'node-port': 'traceflow.node-port',
  'host-port': 'traceflow.host-port',
  'allowed-source': 'traceflow.allowed-source',
  'no-endpoints': 'traceflow.no-endpoints',
  'no-local-endpoints': 'traceflow.no-local-endpoints',
  'forbidden-source': 'traceflow.forbidden-source',
  masquerade: 'traceflow.marked',
  hairpin: 'traceflow.hairpin',
  'short-circuit': 'traceflow.short-circuit',
  endpoint: 'traceflow.endpoint',
  'remembered-endpoint': 'traceflow.remembered-endpoint',
  policy: undefined,
  dnat: undefined,
  'health-check': undefined,
};

/** What a matching rule means, as its writer remembers it: never told by the names of chains or by comments. */
function ruleMeaning(
  netns: string,
  visit: RuleVisit,
  step: Step & { kind: 'table' },
  owners: Owners,
): readonly Meaning[] {
  // A rule without a target, that only says in its comment what will become of the packet, decides nothing.
  if (!visit.matched || visit.verdict === 'continue') return [];
  const all = owners.ofRule(netns, visit.rule);
  const [owner] = all;
  const id = owner?.purpose && MEANINGS[owner.purpose];
  if (!owner || id === undefined) return [];
  const { ip, transport } = step.packet;
  const named = all.find(({ object }) => object.kind === 'Service') ?? owner;
  const values = {
    name: named.object.name,
    source: ip.source,
    address: ip.destination,
    port: transport.protocol === 'icmp' ? 0 : transport.destinationPort,
    rule: visit.rule.number,
    endpoint: owner.endpoint ?? '',
  };
  return [{ message: { id, values }, owner }];
}

function natMeaning(netns: string, step: Step & { kind: 'nat' }, owners: Owners): Meaning {
  const owner = step.rule ? owners.ofRule(netns, step.rule)[0] : undefined;
  const undone = step.change.startsWith('un-');
  const destination = step.change.includes('dnat') !== undone;
  const end = destination ? destinationOf : sourceOf;
  const values = { from: end(step.from), to: end(step.to) };
  return { message: { id: `traceflow.${step.change}`, values }, ...(owner ? { owner } : {}) };
}

function routeMeaning(netns: string, step: Step & { kind: 'route' }, owners: Owners): readonly Meaning[] {
  if (!step.route || step.decision === 'local') return [];
  const owner = owners.ofRoute(netns, step.route);
  if (!owner) return [];
  const id = owner.object.kind === 'Service' ? 'traceflow.route-to-balancer' : 'traceflow.route-to-node';
  const { destination, via } = step.route;
  return [
    { message: { id, values: { name: owner.object.name, range: destination, via: via ?? '' } }, owner },
  ];
}

function sourceOf(tuple: Tuple): string {
  return tuple.protocol === 'icmp' ? tuple.source : `${tuple.source}:${tuple.sourcePort}`;
}

function destinationOf(tuple: Tuple): string {
  return tuple.protocol === 'icmp' ? tuple.destination : `${tuple.destination}:${tuple.destinationPort}`;
}
