import type { Output } from '../streams.ts';
import { sanitize } from '../text/sanitize.ts';
import type { CommandIo } from '../types.ts';

/** More text than this from one line and the line is stopped: the page would drown in it. */
const MAX_OUTPUT = 8 * 1024 * 1024;
/** Text is handed to the host in pieces of about this size, so that a flood does not become a flood of messages. */
const PIECE = 16 * 1024;

/** What programs write to the terminal, on its way to the host. */
export interface Screen {
  output(kind: 'write' | 'writeError', stop: () => void): Output;
  /** Hands on what was kept back. */
  flush(): void;
  /** A new line begins: it may write as much again. */
  reset(): void;
}

export function createScreen(io: () => CommandIo | undefined, drowning: () => string): Screen {
  let written = 0;
  let kept = '';
  let keptKind: 'write' | 'writeError' = 'write';

  function flush(): void {
    const text = kept;
    kept = '';
    if (text !== '') io()?.[keptKind](text);
  }

  return {
    flush,
    reset() {
      written = 0;
    },
    output: (kind, stop) => ({
      terminal: io()?.terminal ?? true,
      colours: io()?.colours ?? false,
      get closed() {
        return written > MAX_OUTPUT;
      },
      write(text) {
        if (text === '' || written > MAX_OUTPUT) return;
        written += text.length;
        if (kind !== keptKind) flush();
        keptKind = kind;
        kept += sanitize(text);
        if (kept.length > PIECE) flush();
        if (written <= MAX_OUTPUT) return;
        flush();
        io()?.writeError(`\n${drowning()}\n`);
        stop();
      },
    }),
  };
}
