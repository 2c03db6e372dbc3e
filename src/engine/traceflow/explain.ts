import type { ObjectReference } from '../api/index.ts';
import type { RouteView, RuleReference, RuleVisit, Step, Trace, Tuple } from '../linux/index.ts';
import type { Message } from '../message.ts';
import type { Observation } from './observation.ts';

/** An object and one of its fields: what a rule or a route was written for. */
export interface Owner {
  readonly object: ObjectReference;
  readonly field?: string;
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

/** What a matching rule of kube-proxy's means, told by the chain that it stands in and where it leads. */
function ruleMeaning(
  netns: string,
  visit: RuleVisit,
  step: Step & { kind: 'table' },
  owners: Owners,
): readonly Meaning[] {
  if (!visit.matched) return [];
  const owner = owners.ofRule(netns, visit.rule)[0];
  if (!owner) return [];
  const target = /^(?:jump|goto) (\S+)/.exec(visit.verdict ?? '')?.[1] ?? '';
  const { chain, number } = visit.rule;
  const { ip, transport } = step.packet;
  const port = transport.protocol === 'icmp' ? 0 : transport.destinationPort;
  const name = owner.object.name;
  const say = (id: string, values: Message['values'] = {}): Meaning[] => [
    { message: { id, values: { name, ...values } }, owner },
  ];

  if (/^REJECT/.test(visit.verdict ?? ''))
    return say('traceflow.rule-rejects', { address: ip.destination, port });
  if (/^DROP/.test(visit.verdict ?? ''))
    return say('traceflow.rule-drops', { address: ip.destination, port });
  if (target === 'KUBE-MARK-MASQ')
    return say(chain.startsWith('KUBE-SEP-') ? 'traceflow.hairpin' : 'traceflow.marked');
  if (chain === 'KUBE-NODEPORTS') return say('traceflow.node-port', { port });
  if (chain === 'KUBE-SERVICES' && target !== '')
    return say('traceflow.service', { address: ip.destination, port });
  if (/^KUBE-SV[CL]-/.test(chain) && target.startsWith('KUBE-SEP-')) {
    const endpoint = /-> (\S+?)"?(?:\s|$)/.exec(visit.rule.text)?.[1] ?? target;
    return say('traceflow.endpoint', { endpoint, rule: number });
  }
  return [];
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
  return [
    {
      message: {
        id: 'traceflow.route-to-node',
        values: { name: owner.object.name, range: step.route.destination },
      },
      owner,
    },
  ];
}

function sourceOf(tuple: Tuple): string {
  return tuple.protocol === 'icmp' ? tuple.source : `${tuple.source}:${tuple.sourcePort}`;
}

function destinationOf(tuple: Tuple): string {
  return tuple.protocol === 'icmp' ? tuple.destination : `${tuple.destination}:${tuple.destinationPort}`;
}
