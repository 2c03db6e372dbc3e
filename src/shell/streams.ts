import { ShellLimit } from './syntax/state.ts';

/** What one `$(…)` or one pipe carries at most: nobody's memory is endless. */
const MAX_CARRIED = 64 * 1024 * 1024;

/** Counts what is carried. Throws {@link ShellLimit}. */
function createGauge(): (text: string) => void {
  let carried = 0;
  return (text) => {
    carried += text.length;
    if (carried > MAX_CARRIED) throw new ShellLimit({ id: 'shell.too-much-output', values: {} });
  };
}

/** Where a program writes. `terminal` decides about columns and progress meters. */
export interface Output {
  readonly terminal: boolean;
  /** Absent: no. */
  readonly colours?: boolean;
  /** Nobody reads it any more: who would go on for ever stops here. */
  readonly closed?: boolean;
  write(text: string): void;
}

/** Where a program reads from, piece by piece; undefined: the end. */
export interface Input {
  read(): Promise<string | undefined>;
}

/** A write into a pipe that nobody reads any more (SIGPIPE): ends the writer silently. */
export class BrokenPipe extends Error {}

export interface Pipe {
  readonly input: Input;
  readonly output: Output;
  /** The writer is done. */
  end(): void;
  /** The reader is gone. */
  abandon(): void;
}

/** What one program writes and the next one reads. Writers are never made to wait; who writes without end must pause. */
export function createPipe(): Pipe {
  const pieces: string[] = [];
  let ended = false;
  let abandoned = false;
  let wake: (() => void) | undefined;
  const count = createGauge();
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  return {
    input: {
      async read() {
        while (pieces.length === 0) {
          if (ended) return undefined;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        return pieces.splice(0).join('');
      },
    },
    output: {
      terminal: false,
      get closed() {
        return abandoned;
      },
      write(text) {
        if (abandoned) throw new BrokenPipe();
        if (text === '') return;
        count(text);
        pieces.push(text);
        notify();
      },
    },
    end() {
      ended = true;
      notify();
    },
    abandon() {
      abandoned = true;
      pieces.length = 0;
    },
  };
}

export function textInput(text: string): Input {
  let rest: string | undefined = text;
  return {
    read() {
      const piece = rest === '' ? undefined : rest;
      rest = undefined;
      return Promise.resolve(piece);
    },
  };
}

export async function readAll(input: Input): Promise<string> {
  const pieces: string[] = [];
  for (let piece = await input.read(); piece !== undefined; piece = await input.read()) pieces.push(piece);
  return pieces.join('');
}

/** Whole lines, without their line ends. */
export async function* readLines(input: Input): AsyncGenerator<string> {
  let rest = '';
  for (let piece = await input.read(); piece !== undefined; piece = await input.read()) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Collects what is written: `$(…)`, and `| COMMAND` inside one program. */
export function createCapture(): Output & { text(): string } {
  const pieces: string[] = [];
  const count = createGauge();
  return {
    terminal: false,
    write(text) {
      count(text);
      pieces.push(text);
    },
    text: () => pieces.join(''),
  };
}
