/** How long, in real milliseconds, programs may run before the page gets its turn. */
const TURN_MS = 8;

/** A turn for whoever waits outside, but no more often than every few milliseconds: a macrotask costs as much. */
export function createBreather(pause: () => Promise<void> = macrotask): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await pause();
    last = performance.now();
  };
}

export function macrotask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
