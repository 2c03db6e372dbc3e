import type { Command } from '../process.ts';
import { hostMachine } from '../session/machines.ts';

/** `ssh NODE`: a root shell on a node; `ssh client`: the outside machine. Nodes know each other's names and addresses. */
export const sshCommand: Command = {
  name: 'ssh',
  group: 'machine',
  usage: 'ssh NODE [COMMAND…]',
  flags: [],
  examples: ['ssh node-1', 'ssh node-1 ip route', "ssh client 'curl -s http://10.0.0.11:30080'"],
  arguments: ['node', 'command'],
  async run(process) {
    const args = process.args.filter(
      (word, index, all) =>
        !(/^-[tTqA46v]+$/.test(word) && all.slice(0, index).every((one) => one.startsWith('-'))),
    );
    const [target, ...command] = args;
    if (target === undefined) {
      process.stderr.write('usage: ssh destination [command [argument ...]]\n');
      return 255;
    }
    const wanted = target.replace(/^[^@]*@/, '');
    const { cluster } = process.session;
    if (process.machine.kind === 'container') {
      // A pod has no key, and does not know the nodes by name.
      process.stderr.write(
        /^[\d.]+$/.test(wanted)
          ? `${target.includes('@') ? target : `root@${target}`}: Permission denied (publickey).\n`
          : `ssh: Could not resolve hostname ${wanted}: Name does not resolve\n`,
      );
      return 255;
    }
    const node = cluster.api
      .list('nodes')
      .find(({ status }) => status?.addresses?.some(({ address }) => address === wanted));
    const name = node?.metadata.name ?? wanted;
    const machine = hostMachine(cluster, name);
    if (!machine) {
      process.stderr.write(`ssh: Could not resolve hostname ${wanted}: Name or service not known\n`);
      return 255;
    }
    if (command.length > 0) return process.runLine(command.join(' '), { machine });
    process.session.enter(
      () => hostMachine(cluster, name) ?? `Connection to ${name} closed by remote host.`,
      { closing: `logout\nConnection to ${name} closed.\n`, command: 'ssh' },
    );
    return 0;
  },
};
