import type { ClusterView } from '../engine/index.ts';

/** The four slots of a composed command, each with what may stand in it; a slot with nothing to choose is empty. */
export interface SlotOptions {
  readonly verb: readonly string[];
  readonly target: readonly string[];
  readonly tool: readonly string[];
  readonly what: readonly string[];
}

export type SlotName = keyof SlotOptions;
export type SlotValues = Readonly<Record<SlotName, string>>;

const VERBS = ['kubectl exec', 'kubectl get', 'kubectl describe', 'kubectl logs'] as const;
const TOOLS = ['curl -s', 'nslookup', 'ping -c 1', 'ip addr', 'ip route', 'cat /etc/resolv.conf'] as const;
const KINDS = [
  'pods',
  'pods -o wide',
  'services',
  'endpointslices',
  'deployments',
  'nodes -o wide',
  'namespaces',
] as const;
const SYSTEM = 'kube-system';

/** What can be asked of the cluster as it is now, given what is chosen already. Lab authors may put words of their own first. */
export function slotOptions(
  view: ClusterView,
  chosen: Partial<SlotValues>,
  own: readonly (readonly string[])[] = [],
): SlotOptions {
  const verbs = own[0] ?? VERBS;
  const verb = chosen.verb && verbs.includes(chosen.verb) ? chosen.verb : (verbs[0] ?? VERBS[0]);
  const mine = view.pods.filter((pod) => pod.namespace !== SYSTEM);
  switch (verb) {
    case 'kubectl get':
      return { verb: verbs, target: ['-A', ...namespaces(view)], tool: [], what: own[3] ?? KINDS };
    case 'kubectl describe':
      return { verb: verbs, target: objects(view), tool: [], what: [] };
    case 'kubectl logs':
      return {
        verb: verbs,
        target: unique(mine.map((pod) => inNamespace(workload(pod), pod.namespace))),
        tool: [],
        what: [],
      };
    default: {
      const tools = own[2] ?? TOOLS;
      const tool = chosen.tool && tools.includes(chosen.tool) ? chosen.tool : tools[0];
      return {
        verb: verbs,
        target: own[1] ?? unique(mine.map((pod) => inNamespace(workload(pod), pod.namespace))),
        tool: tools,
        what: own[3] ?? destinations(view, tool ?? ''),
      };
    }
  }
}

/** The line that the chosen words make. */
export function composeLine({ verb, target, tool, what }: SlotValues): string {
  if (verb === 'kubectl get') return words(verb, what, target);
  if (verb !== 'kubectl exec') return words(verb, target);
  return words(verb, target, '--', tool, what);
}

function destinations(view: ClusterView, tool: string): readonly string[] {
  const [program] = tool.split(' ');
  if (program === 'ip' || program === 'cat') return [];
  const services = view.services
    .filter(
      (service) =>
        service.namespace !== SYSTEM && !(service.namespace === 'default' && service.name === 'kubernetes'),
    )
    .flatMap((service) => {
      const name = `${service.name}.${service.namespace}`;
      if (program !== 'curl') return [name];
      return service.ports.map(({ port }) => `http://${name}${port === 80 ? '' : `:${port}`}`);
    });
  if (program === 'nslookup') return [...services, 'kubernetes.default'];
  const pods = view.pods.flatMap((pod) =>
    pod.ip && pod.namespace !== SYSTEM && !pod.hostNetwork ? [pod.ip] : [],
  );
  return [...services, ...(program === 'curl' ? pods.map((ip) => `http://${ip}:8080`) : pods)];
}

function objects(view: ClusterView): readonly string[] {
  const services = view.services.map((service) => inNamespace(`service/${service.name}`, service.namespace));
  const pods = view.pods
    .filter((pod) => pod.namespace !== SYSTEM)
    .map((pod) => inNamespace(`pod/${pod.name}`, pod.namespace));
  return [...services, ...pods, ...view.nodes.map((node) => `node/${node.name}`)];
}

function workload(pod: ClusterView['pods'][number]): string {
  return pod.owner?.kind === 'Deployment' ? `deploy/${pod.owner.name}` : pod.name;
}

function namespaces(view: ClusterView): readonly string[] {
  return unique(view.pods.map((pod) => pod.namespace)).map((name) => `-n ${name}`);
}

function inNamespace(name: string, namespace: string): string {
  return namespace === 'default' ? name : `${name} -n ${namespace}`;
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
