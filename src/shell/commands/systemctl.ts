import type { Command, Process } from '../process.ts';

const VERBS = ['start', 'stop', 'restart', 'status', 'is-active'];

/** systemd's `systemctl`, for the one service here that can be stopped: a node's kubelet. Its containers go on. */
export const systemctlCommand: Command = {
  name: 'systemctl',
  group: 'machine',
  where: 'machines',
  flags: [],
  usage: `systemctl (${VERBS.join(' | ')}) kubelet`,
  examples: ['ssh node-1 systemctl stop kubelet', 'ssh node-1 systemctl status kubelet'],
  run(process) {
    const [verb = '', ...units] = process.args.filter((word) => !word.startsWith('-'));
    if (!VERBS.includes(verb) || units.some((unit) => nameOf(unit) === 'containerd')) {
      const command = `systemctl ${process.args.join(' ')}`.trim();
      process.stderr.write(`${process.session.say({ id: 'shell.not-simulated', values: { command } })}\n`);
      return 1;
    }
    if (units.length === 0) {
      process.stderr.write('Too few arguments.\n');
      return 1;
    }
    return units.map((unit) => control(process, verb, nameOf(unit))).find((status) => status !== 0) ?? 0;
  },
};

function nameOf(unit: string): string {
  return unit.replace(/\.service$/, '');
}

function control(process: Process, verb: string, unit: string): number {
  const { session, machine, stdout, stderr } = process;
  const kubelet = unit === 'kubelet' ? session.cluster.kubelet(machine.context.hostname) : undefined;
  switch (verb) {
    case 'is-active':
      stdout.write(kubelet?.running() ? 'active\n' : 'inactive\n');
      return kubelet?.running() ? 0 : kubelet ? 3 : 4;
    case 'status':
      if (!kubelet) {
        stderr.write(`Unit ${unit}.service could not be found.\n`);
        return 4;
      }
      stdout.write(
        `${kubelet.running() ? '●' : '○'} kubelet.service - kubelet: The Kubernetes Node Agent\n` +
          '     Loaded: loaded (/usr/lib/systemd/system/kubelet.service; enabled; preset: enabled)\n' +
          `     Active: ${kubelet.running() ? 'active (running)' : 'inactive (dead)'}\n`,
      );
      return kubelet.running() ? 0 : 3;
    default:
      if (!kubelet) {
        stderr.write(
          `Failed to ${verb} ${unit}.service: Unit ${unit}.service not ${verb === 'stop' ? 'loaded' : 'found'}.\n`,
        );
        return 5;
      }
      if (verb !== 'start') kubelet.stop();
      if (verb !== 'stop') kubelet.start();
      return 0;
  }
}
