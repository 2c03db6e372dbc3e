import type { VirtualClock } from './clock.ts';

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly work: () => void;
  readonly background: boolean;
  cancelled: boolean;
}

/** More work than this in one instant means that two components wake each other for ever: our own bug. */
const MAX_WORK_PER_INSTANT = 1_000_000;

/**
 * A discrete-event clock: a binary heap of timers, ordered by due time and then by the order in which they were set.
 * The same calls always lead to the same order of work.
 */
export function createVirtualClock(): VirtualClock {
  const heap: Timer[] = [];
  let time = 0;
  let order = 0;
  let foreground = 0;

  const before = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.order < b.order);

  function push(timer: Timer): void {
    let child = heap.push(timer) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(heap[child]!, heap[parent]!)) return;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      child = parent;
    }
  }

  function pop(): void {
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
      if (least === parent) return;
      [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
      parent = least;
    }
  }

  /** The first timer that is still wanted; cancelled ones are thrown away on the way. */
  function first(): Timer | undefined {
    while (heap[0]?.cancelled) pop();
    return heap[0];
  }

  function drain(): number {
    let ran = 0;
    for (let timer = first(); timer && timer.due <= time; timer = first()) {
      if (++ran > MAX_WORK_PER_INSTANT) throw new Error('virtual clock: an instant that never ends');
      pop();
      timer.cancelled = true;
      if (!timer.background) foreground--;
      timer.work();
    }
    return ran;
  }

  return {
    now: () => time,
    after(delayMs, work, options) {
      const background = options?.background ?? false;
      const timer: Timer = {
        due: time + Math.max(0, delayMs),
        order: order++,
        work,
        background,
        cancelled: false,
      };
      push(timer);
      if (!background) foreground++;
      return () => {
        if (timer.cancelled) return;
        timer.cancelled = true;
        if (!background) foreground--;
      };
    },
    drain,
    advance(ms) {
      const end = time + Math.max(0, ms);
      drain();
      for (let timer = first(); timer && timer.due <= end; timer = first()) {
        time = timer.due;
        drain();
      }
      time = end;
    },
    settle(limitMs) {
      const end = time + limitMs;
      drain();
      for (let timer = first(); foreground > 0 && timer; timer = first()) {
        if (timer.due > end) return false;
        time = timer.due;
        drain();
      }
      return true;
    },
  };
}
