import type { Command, Process } from '../process.ts';
import { isBusybox } from './busybox.ts';
import { commandOf, containersHere } from './node-containers.ts';

interface Running {
  readonly pid: number;
  readonly command: string;
  readonly parent: number;
  readonly since: string | undefined;
}

/** `ps`, procps' or busybox's: the programs of a container, or of a node with its containers'. */
export const psCommand: Command = {
  name: 'ps',
  group: 'machine',
  where: 'machines',
  usage: 'ps [-ef] [aux]',
  flags: [
    { short: 'e', help: 'All' },
    { short: 'f', help: 'With more columns' },
    { short: 'o', value: 'COLUMNS', help: 'Which columns (not simulated)' },
  ],
  examples: ['kubectl exec client -- ps', 'ssh node-1 ps -ef'],
  run(process) {
    const options = process.args.join('').replaceAll('-', '');
    const all = running(process);
    if (isBusybox(process)) {
      process.stdout.write('PID   USER     TIME  COMMAND\n');
      for (const { pid, command } of all)
        process.stdout.write(`${String(pid).padStart(5)} root      0:00 ${command}\n`);
      return 0;
    }
    const width = Math.max(20, process.columns);
    const line = (text: string) =>
      process.stdout.write(`${process.stdout.terminal ? text.slice(0, width) : text}\n`);
    const clock = (since: string | undefined) => (since ?? process.session.cluster.timestamp()).slice(11, 16);
    if (/f/.test(options) && !/u/.test(options)) {
      line('UID          PID    PPID  C STIME TTY          TIME CMD');
      for (const { pid, parent, command, since } of all)
        line(
          `root     ${String(pid).padStart(7)} ${String(parent).padStart(7)}  0 ${clock(since)} ?        00:00:00 ${command}`,
        );
    } else if (/u/.test(options)) {
      line('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND');
      for (const { pid, command, since } of all)
        line(
          `root     ${String(pid).padStart(7)}  0.0  0.0      0     0 ?        Ss   ${clock(since)}   0:00 ${command}`,
        );
    } else {
      const shown = /[eAax]/.test(options) ? all : all.slice(-1);
      line('    PID TTY          TIME CMD');
      for (const { pid, command } of shown)
        line(`${String(pid).padStart(7)} ?        00:00:00 ${command.replace(/^\S*\//, '').split(' ')[0]}`);
    }
    return 0;
  },
};

function running(process: Process): readonly Running[] {
  const { machine, session } = process;
  const self = {
    pid: 40_000 + ((session.cluster.clock.now() % 9_000) | 0),
    command: ['ps', ...process.args].join(' '),
    parent: 1,
    since: undefined,
  };
  const { firstProcess } = machine.context;
  if (firstProcess) {
    const first = {
      pid: 1,
      command: firstProcess.arguments.join(' '),
      parent: 0,
      since: firstProcess.startedAt,
    };
    return [first, { ...self, pid: 7 + ((session.cluster.clock.now() % 90) | 0) }];
  }
  const containers = containersHere(process).filter(({ state }) => state === 'Running');
  const kubelet = session.cluster.kubelet(machine.context.hostname);
  return [
    { pid: 1, command: '/sbin/init', parent: 0, since: undefined },
    ...(kubelet ? [{ pid: 312, command: '/usr/local/bin/containerd', parent: 1, since: undefined }] : []),
    ...(kubelet?.running()
      ? [
          {
            pid: 398,
            command:
              '/usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml',
            parent: 1,
            since: undefined,
          },
        ]
      : []),
    ...containers
      .map((each) => ({
        pid: each.pid,
        command: commandOf(process, each),
        parent: 312,
        since: each.startedAt,
      }))
      .sort((a, b) => a.pid - b.pid),
    self,
  ];
}
