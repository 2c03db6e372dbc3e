import { COMMANDS } from './commands/index.ts';
import { flagText } from './commands/kubectl/kubectl-command.ts';
import type { Command } from './process.ts';

/** What a command declares of itself: help, completion and the site's page of commands all come from it. */
export interface CommandReference {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: Command['group'];
  /** Where it is found; absent: on the learner's computer, on nodes and in pods whose image has it. */
  readonly where?: 'workstation' | 'machines';
  readonly usage: string;
  readonly flags: readonly { readonly text: string; readonly help: string }[];
  readonly examples: readonly string[];
  readonly subcommands: readonly CommandReference[];
}

/** All commands of the terminal, in the order of `help`. */
export function commandReference(): readonly CommandReference[] {
  return COMMANDS.map(referenceOf);
}

function referenceOf(command: Command): CommandReference {
  const { name, aliases = [], group, where, usage, flags, examples, subcommands = [] } = command;
  return {
    name,
    aliases,
    group,
    ...(where ? { where } : {}),
    usage,
    flags: flags.map((flag) => ({ text: flagText(flag), help: flag.help })),
    examples,
    subcommands: subcommands.map(referenceOf),
  };
}
