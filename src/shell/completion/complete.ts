import type { Command, FileSystem, Machine, Session } from '../process.ts';
import type { Completion } from '../types.ts';

export interface CompletionContext {
  readonly session: Session;
  readonly commands: readonly Command[];
  readonly machine: Machine;
  readonly files: FileSystem;
}

/** What Tab offers at the cursor. */
export function complete(line: string, cursor: number, context: CompletionContext): Completion {
  const before = line.slice(0, cursor);
  const from = before.search(/[^\s|;&]*$/);
  const word = before.slice(from);
  const options = context.commands
    .filter(({ name }) => name.startsWith(word))
    .map(({ name }) => ({ text: name }));
  return { from, options };
}
