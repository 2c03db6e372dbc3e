import type { Process } from '../../process.ts';
import { netnsOf } from '../netns.ts';
import { netnsId } from './links.ts';

/** The network namespaces that a host's `ip netns` knows: its pods', by the names that the container runtime gave them. */
export function podNamespaces(
  process: Process,
): readonly { readonly name: string; readonly netns: string }[] {
  if (process.machine.kind === 'container') return [];
  return netnsOf(process)
    .links()
    .flatMap(({ peer }) =>
      peer?.netns.includes('/') ? [{ name: netnsId(peer.netns), netns: peer.netns }] : [],
    );
}

/** `ip netns [list]`, `ip netns exec NAME COMMAND…`, `ip netns identify`. */
export function ipNetns(process: Process, words: readonly string[]): Promise<number> | number {
  const [verb = 'list', name, ...command] = words;
  const known = podNamespaces(process);
  if (['list', 'show', 'lst'].some((each) => each.startsWith(verb))) {
    process.stdout.write(known.map((each, id) => `${each.name} (id: ${id})\n`).join(''));
    return 0;
  }
  if (verb === 'identify') {
    process.stdout.write('\n');
    return 0;
  }
  if (verb !== 'exec') {
    process.stderr.write(
      ['add', 'del', 'delete', 'set', 'attach', 'monitor', 'pids', 'list-id'].includes(verb)
        ? `${process.session.say({ id: 'shell.not-simulated', values: { command: `ip netns ${verb}` } })}\n`
        : `Command "${verb}" is unknown, try "ip netns help".\n`,
    );
    return verb === 'exec' ? 0 : 255;
  }
  if (name === undefined) {
    process.stderr.write('No netns name specified\n');
    return 255;
  }
  if (command.length === 0) {
    process.stderr.write('No command specified\n');
    return 255;
  }
  // Also by its end, which is what one remembers of it.
  const found = known.find((each) => each.name === name || each.netns === name);
  if (!found) {
    process.stderr.write(`Cannot open network namespace "${name}": No such file or directory\n`);
    return 255;
  }
  return process.runProgram(command, { machine: inNetns(process, found.netns) });
}

/** The same machine with another's network: its files and tools are still the host's. */
export function inNetns(process: Process, netns: string): Process['machine'] {
  return { ...process.machine, context: { ...process.machine.context, netns } };
}
