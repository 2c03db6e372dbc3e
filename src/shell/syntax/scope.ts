import type { ParsedScript } from 'unbash';
import { createCapture } from '../streams.ts';
import type { Evaluator } from './evaluator.ts';
import { ExpansionError, type Scope } from './expand.ts';
import { copyState, type ShellState, type Streams } from './state.ts';

/** What a word may refer to in this shell: variables, parameters, files, the output of other commands. */
export function scopeOf(evaluator: Evaluator, state: ShellState, streams: Streams): Scope {
  const { runtime } = evaluator;
  async function outputOf(inner: ParsedScript): Promise<string> {
    const capture = createCapture();
    const { status } = await evaluator.script(inner, copyState(state), { ...streams, stdout: capture });
    state.status = status;
    return capture.text();
  }
  return {
    get(name) {
      if (name === 'RANDOM') return String(Math.floor(runtime.random() * 32768));
      if (name === 'SECONDS') return String(Math.floor(runtime.now() / 1000));
      return state.variables.get(name) ?? state.arrays.get(name)?.[0];
    },
    set(name, value) {
      const array = state.arrays.get(name);
      if (array) array[0] = value;
      else state.variables.set(name, value);
    },
    array: (name) => state.arrays.get(name),
    missing(name) {
      if (state.options.has('nounset')) throw new ExpansionError(`${name}: unbound variable`);
    },
    positional: state.positional,
    files: runtime.filesOf(state),
    special(name) {
      if (name === '?') return String(state.status);
      if (name === '#') return String(state.positional.length);
      if (name === '$') return String(runtime.pid);
      if (name === '!') return runtime.jobs.lastPid()?.toString();
      if (name === '-') return 'himBH';
      if (name === '0') return state.name;
      return undefined;
    },
    substitute: async (inner) => (inner ? (await outputOf(inner)).replace(/\n+$/, '') : ''),
    async keep(inner) {
      const path = `/dev/fd/${63 - state.descriptors.size}`;
      state.descriptors.set(path, inner ? await outputOf(inner) : '');
      return path;
    },
  };
}
