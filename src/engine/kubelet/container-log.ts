/** One line of a container's log. `time`: RFC 3339 with nanoseconds, as the runtime writes it in front of each. */
export interface LogLine {
  readonly time: string;
  /** Without its end. */
  readonly text: string;
}

/** What a container has written. */
export interface ContainerLog {
  readonly write: (text: string) => void;
  /** All of it, as it was written. */
  readonly text: () => string;
  /** Line by line, each with the time at which it began. */
  readonly lines: () => readonly LogLine[];
}

/** What a container that has never run has written. */
export const EMPTY_LOG: ContainerLog = { write: () => undefined, text: () => '', lines: () => [] };

/** `now`: milliseconds since 1970. Lines of one instant are a microsecond apart, so that their times keep their order. */
export function createContainerLog(now: () => number): ContainerLog {
  let text = '';
  const starts: { readonly offset: number; readonly time: string }[] = [];
  let instant = Number.NaN;
  let sequence = 0;

  function stamp(): string {
    const at = now();
    sequence = at === instant ? sequence + 1 : 0;
    instant = at;
    return `${new Date(at).toISOString().slice(0, 23)}${String(sequence % 1000).padStart(3, '0')}000Z`;
  }

  return {
    write(more) {
      for (let offset = 0; offset < more.length; ) {
        if (text === '' || text.endsWith('\n')) starts.push({ offset: text.length, time: stamp() });
        const end = more.indexOf('\n', offset);
        const next = end < 0 ? more.length : end + 1;
        text += more.slice(offset, next);
        offset = next;
      }
    },
    text: () => text,
    lines: () =>
      starts.map(({ offset, time }, place) => ({
        time,
        text: text.slice(offset, starts[place + 1]?.offset).replace(/\n$/, ''),
      })),
  };
}
