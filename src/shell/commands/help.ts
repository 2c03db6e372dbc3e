import type { Command } from '../process.ts';
import { BUILTINS } from '../syntax/builtins.ts';
import { flagText } from './kubectl/kubectl-command.ts';

const GROUPS = ['kubernetes', 'network', 'machine', 'text', 'shell'] as const;

/** `help`: what can be typed here; `help COMMAND`: how. */
export const helpCommand: Command = {
  name: 'help',
  builtin: true,
  group: 'shell',
  usage: 'help [COMMAND]',
  flags: [],
  examples: ['help', 'help curl'],
  arguments: ['command'],
  run(process) {
    const { say, commands } = process.session;
    const [name, ...rest] = process.args;
    if (name === undefined) {
      const lines: string[] = [say({ id: 'shell.help.intro', values: {} }), ''];
      for (const group of GROUPS) {
        const grouped = commands.filter((command) => command.group === group);
        if (grouped.length === 0) continue;
        lines.push(say({ id: `shell.group.${group}`, values: {} }));
        const width = Math.max(...grouped.map((command) => command.name.length));
        lines.push(
          ...grouped.map(
            (command) =>
              `  ${command.name.padEnd(width)}  ${say({ id: `shell.command.${command.name}`, values: {} })}`,
          ),
          '',
        );
      }
      const names = Object.keys(BUILTINS)
        .filter((builtin) => /^[a-z]/.test(builtin))
        .sort()
        .join(', ');
      lines.push(say({ id: 'shell.help.builtins', values: { names } }), '');
      lines.push(say({ id: 'shell.help.more', values: {} }));
      process.stdout.write(`${lines.join('\n')}\n`);
      return 0;
    }
    let command = commands.find((one) => one.name === name || one.aliases?.includes(name));
    for (const word of rest) command = command?.subcommands?.find((one) => one.name === word) ?? command;
    if (!command) {
      process.stderr.write(`${say({ id: 'shell.help.unknown', values: { command: name } })}\n`);
      return 1;
    }
    process.stdout.write(
      commandHelp(command, rest.length === 0 ? say({ id: `shell.command.${command.name}`, values: {} }) : ''),
    );
    return 0;
  },
};

export function commandHelp(command: Command, summary: string): string {
  const lines = [`${command.usage}${summary ? `\n\n${summary}` : ''}`, ''];
  if (command.subcommands) lines.push(...command.subcommands.map((one) => `  ${one.usage}`), '');
  if (command.flags.length > 0) {
    const width = Math.max(...command.flags.map((flag) => flagText(flag).length));
    lines.push(...command.flags.map((flag) => `  ${flagText(flag).padEnd(width)}  ${flag.help}`), '');
  }
  lines.push(...command.examples.map((example) => `  $ ${example}`), '');
  return lines.join('\n');
}
