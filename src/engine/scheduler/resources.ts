import type { Container, Node, Pod } from '../api/index.ts';
import { milliValue, quantityOf, wholeValue } from '../apimachinery/index.ts';

/** Amounts by resource name: `cpu` in thousandths of a core, all others whole (bytes, pieces). */
export type Amounts = ReadonlyMap<string, number>;

/** What a container without a request counts for when nodes are scored, so that such pods spread too. */
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

function amountsOf(list: Readonly<Record<string, string>> | undefined): Map<string, number> {
  return new Map(
    Object.entries(list ?? {}).map(([name, text]) => {
      const quantity = quantityOf(String(text));
      return [
        name,
        quantity === undefined ? 0 : Number(name === 'cpu' ? milliValue(quantity) : wholeValue(quantity)),
      ];
    }),
  );
}

function add(to: Map<string, number>, amounts: Amounts): Map<string, number> {
  for (const [name, amount] of amounts) to.set(name, (to.get(name) ?? 0) + amount);
  return to;
}

function raise(to: Map<string, number>, amounts: Amounts): Map<string, number> {
  for (const [name, amount] of amounts) to.set(name, Math.max(to.get(name) ?? 0, amount));
  return to;
}

/**
 * What a pod needs at any one time: its containers and sidecars together, or an init container with the sidecars
 * before it if that is more, and the overhead (component-helpers/resource, PodRequests).
 */
export function podRequests(pod: Pod): Amounts {
  return sumOfPod(pod, (container) => amountsOf(container.resources?.requests));
}

/** The same, with a usual amount for containers that ask for none: for scores alone. */
export function podRequestsForScore(pod: Pod): { readonly milliCpu: number; readonly memory: number } {
  const amounts = sumOfPod(pod, (container) => {
    const requests = amountsOf(container.resources?.requests);
    return new Map([
      ['cpu', requests.get('cpu') ?? DEFAULT_MILLI_CPU],
      ['memory', requests.get('memory') ?? DEFAULT_MEMORY],
    ]);
  });
  return { milliCpu: amounts.get('cpu') ?? 0, memory: amounts.get('memory') ?? 0 };
}

function sumOfPod(pod: Pod, requestsOf: (container: Container) => Amounts): Amounts {
  const total = new Map<string, number>();
  for (const container of pod.spec.containers) add(total, requestsOf(container));
  const sidecars = new Map<string, number>();
  const init = new Map<string, number>();
  for (const container of pod.spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      add(total, requests);
      raise(init, add(sidecars, requests));
    } else {
      raise(init, add(new Map(sidecars), requests));
    }
  }
  return add(raise(total, init), amountsOf(pod.spec.overhead));
}

export function allocatableOf(node: Node): Amounts {
  return amountsOf(node.status?.allocatable ?? node.status?.capacity);
}
