import type { KubernetesObject, ResourceName } from '../api/index.ts';
import type { Clock } from '../apimachinery/index.ts';
import type { WatchEvent } from './client.ts';

type Handler = (event: WatchEvent<KubernetesObject>) => void;

interface Watcher {
  readonly handler: Handler;
  stopped: boolean;
}

/**
 * Hands changes to whoever watches, in the order of the writes over all resources, through the clock: a write never
 * runs another component's code.
 */
export interface WatchHub {
  publish(resource: ResourceName, event: WatchEvent<KubernetesObject>): void;
  /** `present`: what is there now; it is delivered first, as ADDED. Answers how to stop. */
  subscribe(resource: ResourceName, present: readonly KubernetesObject[], handler: Handler): () => void;
}

export function createWatchHub(clock: Clock): WatchHub {
  const watchers = new Map<ResourceName, Set<Watcher>>();
  let queue: { readonly to: readonly Watcher[]; readonly event: WatchEvent<KubernetesObject> }[] = [];

  function enqueue(to: readonly Watcher[], event: WatchEvent<KubernetesObject>): void {
    if (to.length === 0) return;
    if (queue.length === 0) clock.after(0, deliver);
    queue.push({ to, event });
  }

  function deliver(): void {
    const batch = queue;
    queue = [];
    for (const { to, event } of batch) {
      for (const watcher of to) if (!watcher.stopped) watcher.handler(event);
    }
  }

  return {
    publish: (resource, event) => enqueue([...(watchers.get(resource) ?? [])], event),
    subscribe(resource, present, handler) {
      const watcher: Watcher = { handler, stopped: false };
      const known = watchers.get(resource) ?? new Set();
      watchers.set(resource, known.add(watcher));
      for (const object of present) enqueue([watcher], { type: 'ADDED', object });
      return () => {
        watcher.stopped = true;
        known.delete(watcher);
      };
    },
  };
}
