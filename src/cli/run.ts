import type { Cluster, Exchange } from '../engine/index.ts';
import { type CommandIo, formatExchange } from '../shell/index.ts';
import type { RunArguments } from './arguments.ts';
import { applyLine, openLab, say } from './open-lab.ts';
import { type CommandResult, plainExchange } from './results.ts';

/** Applies, settles, runs. Answers the exit status. */
export async function run(options: RunArguments, io: CommandIo): Promise<number> {
  const opened = openLab(options, io);
  if (typeof opened === 'number') return opened;
  const { cluster, shell } = opened;
  const results: CommandResult[] = [];

  const runLine = async (line: string, to: Pick<CommandIo, 'write' | 'writeError'>): Promise<number> => {
    const output: string[] = [];
    const errors: string[] = [];
    let lastWritten = '\n';
    const collect: CommandIo = options.json
      ? { ...io, write: (text) => void output.push(text), writeError: (text) => void errors.push(text) }
      : {
          ...io,
          write(text) {
            lastWritten = text || lastWritten;
            to.write(text);
          },
          writeError: to.writeError,
        };
    if (!options.json) to.write(`$ ${line}\n`);
    const { status, exchanges } = await shell.run(line, collect);
    cluster.settle();
    if (options.json) {
      results.push({
        command: line,
        status,
        output: output.join(''),
        errors: errors.join(''),
        exchanges: exchanges.map((exchange) => plainExchange(exchange, cluster)),
      });
      return status;
    }
    // What follows begins a line, though the output may have ended in the middle of one.
    if (!lastWritten.endsWith('\n')) to.write('\n');
    if (options.trace) printTraces(exchanges, cluster, to.write);
    return status;
  };

  let status = 0;
  if (options.paths.length > 0) {
    // What was applied is said beside the commands' own output, not in it.
    const aside = { write: io.writeError, writeError: io.writeError };
    status = await runLine(applyLine(options.paths), aside);
  }
  for (const command of options.commands) {
    if (io.signal.aborted) return 130;
    status = await runLine(command, io);
  }
  shell.close();
  if (options.json) {
    const [applied, ...commands] = options.paths.length > 0 ? results : [undefined, ...results];
    io.write(`${JSON.stringify({ ...(applied && { applied }), commands, status }, null, 2)}\n`);
  }
  return status;
}

function printTraces(exchanges: readonly Exchange[], cluster: Cluster, write: (text: string) => void): void {
  for (const exchange of exchanges) write(`\n${formatExchange(exchange, cluster, { say })}`);
  if (exchanges.length > 0) write('\n');
}
