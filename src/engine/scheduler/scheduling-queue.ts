import type { Clock } from '../apimachinery/index.ts';
import type { PodInfo } from './pod-info.ts';

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 10_000;
/** A pod that nothing wakes is tried again after this time all the same. */
const LONGEST_WAIT_MS = 5 * 60 * 1000;

interface Entry {
  readonly pod: PodInfo;
  readonly order: number;
  attempts: number;
  /** When it was found unschedulable. */
  since: number;
  /** The plugins that said no; undefined while it waits for its turn. */
  plugins: ReadonlySet<string> | undefined;
}

/**
 * Pods that wait for a node:
 *
 *     active (by priority, then age) ──tried──▶ placed
 *        ▲                             └──▶ unschedulable ──something that helps──┐
 *        └──────────────── backoff: 1 s, 2 s, 4 s, 8 s, 10 s ◀────────────────────┘
 *
 * Models PriorityQueue (pkg/scheduler/backend/queue, v1.36).
 */
export interface SchedulingQueue {
  /** A new pod, or a changed one. */
  add(pod: PodInfo): void;
  remove(key: string): void;
  /** Takes the next pod to try. */
  pop(): { readonly pod: PodInfo } | undefined;
  /** The pod that was popped found no node. */
  unschedulable(pod: PodInfo, plugins: ReadonlySet<string>): void;
  /** The pod that was popped could not be bound: it is tried again after its backoff. */
  retry(pod: PodInfo): void;
  /** Something happened that may help the pods that `plugins` said no to; undefined: any pod. */
  wake(plugins: readonly string[] | undefined): void;
}

/** `ready` is called, through the clock, when there is something to pop. */
export function createSchedulingQueue(clock: Clock, ready: () => void): SchedulingQueue {
  const entries = new Map<string, Entry>();
  const active = new Set<string>();
  /** The active pods, the next one last; undefined when some came since. */
  let sorted: string[] | undefined;
  let order = 0;
  let announced = false;

  function announce(): void {
    if (announced) return;
    announced = true;
    clock.after(0, () => {
      announced = false;
      ready();
    });
  }

  /** By priority, then by how long they have been waiting; the next one comes last. */
  function lastFirst(a: string, b: string): number {
    const [first, second] = [entries.get(a), entries.get(b)];
    if (!first || !second) return 0;
    return first.pod.priority - second.pod.priority || second.order - first.order;
  }

  function activate(key: string): void {
    if (!entries.has(key)) return;
    active.add(key);
    sorted = undefined;
    announce();
  }

  function requeue(key: string, entry: Entry): void {
    entry.plugins = undefined;
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (entry.attempts - 1), LONGEST_BACKOFF_MS);
    const left = entry.since + backoff - clock.now();
    if (left <= 0) activate(key);
    else clock.after(left, () => entries.get(key) === entry && activate(key));
  }

  return {
    add(pod) {
      const before = entries.get(pod.key);
      entries.set(pod.key, {
        pod,
        order: before?.order ?? order++,
        attempts: before?.attempts ?? 0,
        since: before?.since ?? 0,
        plugins: undefined,
      });
      activate(pod.key);
    },
    remove(key) {
      entries.delete(key);
      active.delete(key);
    },
    pop() {
      sorted ??= [...active].sort(lastFirst);
      for (let key = sorted.pop(); key !== undefined; key = sorted.pop()) {
        const entry = entries.get(key);
        if (!active.delete(key) || !entry) continue;
        entry.attempts++;
        return { pod: entry.pod };
      }
      return undefined;
    },
    unschedulable(pod, plugins) {
      const entry = entries.get(pod.key);
      if (!entry || entry.pod !== pod) return;
      entry.plugins = plugins;
      entry.since = clock.now();
      clock.after(
        LONGEST_WAIT_MS,
        () => entries.get(pod.key) === entry && entry.plugins === plugins && requeue(pod.key, entry),
        {
          background: true,
        },
      );
    },
    retry(pod) {
      const entry = entries.get(pod.key);
      if (!entry || entry.pod !== pod) return;
      entry.since = clock.now();
      requeue(pod.key, entry);
    },
    wake(plugins) {
      for (const [key, entry] of entries) {
        const said = entry.plugins;
        if (said && (!plugins || plugins.some((plugin) => said.has(plugin)))) requeue(key, entry);
      }
    },
  };
}
