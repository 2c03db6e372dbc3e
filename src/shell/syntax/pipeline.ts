import type { Pipeline } from 'unbash';
import { createPipe } from '../streams.ts';
import type { Evaluator } from './evaluator.ts';
import { copyState, type ShellState, type Streams } from './state.ts';

/** One command, or several connected ones; `!` and `time` before it. */
export async function runPipeline(
  evaluator: Evaluator,
  pipe: Pipeline,
  state: ShellState,
  streams: Streams,
): Promise<number> {
  const negated = pipe.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
  const time = pipe.prefixes.find(({ type }) => type === 'Time');
  const begun = evaluator.runtime.now();
  const body = () =>
    pipe.commands.length === 1
      ? evaluator.command(pipe.commands[0]!, state, streams)
      : connected(evaluator, pipe, state, streams);
  const status = negated ? await evaluator.condition(state, body) : await body();
  if (time?.type === 'Time')
    streams.stderr.write(timeText(evaluator.runtime.now() - begun, time.posix !== undefined));
  return negated ? Number(status === 0) : status;
}

/** What bash says of the virtual time that a pipeline took. Nothing here has a processor to keep busy. */
function timeText(milliseconds: number, posix: boolean): string {
  const seconds = (milliseconds / 1000).toFixed(posix ? 2 : 3);
  if (posix) return `real ${seconds}\nuser 0.00\nsys 0.00\n`;
  const minutes = Math.floor(milliseconds / 60_000);
  return `\nreal\t${minutes}m${((milliseconds % 60_000) / 1000).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`;
}

/** Each command in a subshell of its own, all at once, each one's output the next one's input. */
async function connected(
  evaluator: Evaluator,
  pipe: Pipeline,
  state: ShellState,
  streams: Streams,
): Promise<number> {
  const pipes = pipe.commands.slice(1).map(() => createPipe());
  const stages = pipe.commands.map(async (command, index) => {
    const before = pipes[index - 1];
    const after = pipes[index];
    const both = pipe.operators[index] === '|&' && after;
    const own: Streams = {
      stdin: before?.input ?? streams.stdin,
      stdinIsTerminal: before ? false : streams.stdinIsTerminal,
      stdout: after?.output ?? streams.stdout,
      stderr: both ? both.output : streams.stderr,
    };
    try {
      return await evaluator.subshell(() => evaluator.command(command, copyState(state), own));
    } finally {
      after?.end();
      before?.abandon();
    }
  });
  const results = await Promise.allSettled(stages);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const statuses = results.map((result) => (result as PromiseFulfilledResult<number>).value);
  const failed = state.options.has('pipefail') ? statuses.findLast((status) => status !== 0) : undefined;
  return failed ?? statuses.at(-1)!;
}
