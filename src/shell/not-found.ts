import { NOT_SIMULATED } from './not-simulated.ts';
import type { Command, Session } from './process.ts';
import type { ShellState, Streams } from './syntax/state.ts';
import { suggest } from './text/suggest.ts';

/**
 * What a shell says to a name that it does not know; the exit status is 127. On the reader's own terminal a hint follows.
 * A program that is there in life, but not here, is said so by the lab itself; the exit status is 1.
 */
export async function commandNotFound(
  name: string,
  state: ShellState,
  { stderr }: Streams,
  session: Session,
  commands: readonly Command[],
): Promise<number> {
  const program = name.replace(/^(\/usr)?(\/local)?\/s?bin\//, '');
  const { tools } = state.machine.context;
  if (tools ? tools.includes(program) : NOT_SIMULATED.has(program)) {
    const id = tools ? 'shell.tool-not-simulated' : 'shell.program-not-simulated';
    stderr.write(`${session.say({ id, values: { command: program } })}\n`);
    return 1;
  }
  if (state.machine.kind === 'container') {
    stderr.write(`sh: ${name}: not found\n`);
    return 127;
  }
  stderr.write(
    name.includes('/') ? `bash: ${name}: No such file or directory\n` : `bash: ${name}: command not found\n`,
  );
  if (state.machine.kind !== 'workstation') return 127;
  const known = commands.find((command) => command.name === name);
  if (known) {
    stderr.write(`${session.say({ id: 'shell.only-in-machines', values: { command: name } })}\n`);
    return 127;
  }
  const [nearest] = suggest(
    name,
    commands.filter(({ where }) => where !== 'machines').map((command) => command.name),
  );
  if (nearest) stderr.write(`${session.say({ id: 'shell.did-you-mean', values: { command: nearest } })}\n`);
  return 127;
}
