/**
 * Runs `frame` from one length to another in the time that the page's `--d-hop` gives: with reduced motion that is
 * none, and it cuts. Answers how to stop early (which jumps to the end).
 */
export function travel(
  element: HTMLElement,
  from: number,
  to: number,
  frame: (along: number) => void,
  arrived: () => void,
): () => void {
  const duration = Number.parseFloat(getComputedStyle(element).getPropertyValue('--d-hop')) || 0;
  if (duration === 0) {
    frame(to);
    arrived();
    return () => {};
  }
  let start: number | undefined;
  let request = requestAnimationFrame(step);
  let running = true;
  frame(from);

  function step(time: number): void {
    start ??= time;
    const part = Math.min(1, (time - start) / duration);
    frame(from + (to - from) * ease(part));
    if (part < 1) {
      request = requestAnimationFrame(step);
      return;
    }
    running = false;
    arrived();
  }

  return () => {
    if (!running) return;
    running = false;
    cancelAnimationFrame(request);
  };
}

/** Slow at both ends, quicker to start than to stop: the look's `--ease-hop`, near enough. */
function ease(part: number): number {
  return part < 0.4 ? 2.5 * part * part : 1 - 0.6 * ((1 - part) / 0.6) ** 2.2;
}
