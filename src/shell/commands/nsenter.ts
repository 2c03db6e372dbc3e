import { parseFlags } from '../flags.ts';
import type { Command } from '../process.ts';
import { inNetns, podNamespaces } from './ip/netns.ts';
import { containersHere } from './node-containers.ts';

/** util-linux' `nsenter`: runs a command in the network of a pod's process, with the node's own tools. */
export const nsenterCommand: Command = {
  name: 'nsenter',
  group: 'machine',
  where: 'machines',
  usage: 'nsenter (-t PID -n | --net=FILE) COMMAND…',
  flags: [
    { name: 'target', short: 't', value: 'PID', type: 'int', help: 'Whose namespaces: crictl inspect tells' },
    { name: 'net', short: 'n', value: 'FILE', alone: '', help: 'The network' },
    { name: 'mount', short: 'm', help: 'The files (not simulated)' },
    { name: 'uts', short: 'u', help: 'The host’s name (not simulated)' },
    { name: 'ipc', short: 'i', help: 'The messages (not simulated)' },
    { name: 'pid', short: 'p', help: 'The processes (not simulated)' },
    { name: 'all', short: 'a', help: 'All of them' },
  ],
  examples: ['ssh node-1 \'nsenter -t "$(crictl inspect ID | jq .info.pid)" -n ip addr\''],
  arguments: ['command'],
  run(process) {
    // `-n ip addr`: the flag takes a file only when that is attached to it.
    const args = process.args.map((word) => (word === '-n' ? '--net=' : word));
    const parsed = parseFlags(args, nsenterCommand.flags, { stopAtFirst: true });
    if (!parsed.ok) {
      process.stderr.write(
        `nsenter: unrecognized option '${parsed.error.word}'\nTry 'nsenter --help' for more information.\n`,
      );
      return 1;
    }
    const { flags } = parsed;
    if (process.machine.kind === 'container') {
      process.stderr.write("nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted\n");
      return 1;
    }
    const file = flags.text('net');
    const wanted = file !== undefined || flags.has('all');
    let netns = process.machine.context.netns;
    if (file) {
      const found = podNamespaces(process).find(({ name }) => file.replace(/^.*\//, '') === name);
      if (!found) {
        process.stderr.write(`nsenter: cannot open ${file}: No such file or directory\n`);
        return 1;
      }
      netns = found.netns;
    } else if (wanted) {
      const pid = flags.number('target');
      if (pid === undefined) {
        process.stderr.write('nsenter: no target PID specified\n');
        return 1;
      }
      const container = containersHere(process).find((each) => each.pid === pid && each.state === 'Running');
      if (!container && pid !== 1) {
        process.stderr.write(`nsenter: cannot open /proc/${pid}/ns/net: No such file or directory\n`);
        return 1;
      }
      if (container && !container.pod.spec.hostNetwork)
        netns = `${container.pod.metadata.namespace}/${container.pod.metadata.name}`;
    }
    const command = flags.rest.length > 0 ? flags.rest : ['sh'];
    return process.runProgram(command, { machine: inNetns(process, netns) });
  },
};
