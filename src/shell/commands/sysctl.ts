import type { Command } from '../process.ts';
import { mayConfigure, netnsOf } from './netns.ts';

/** procps' `sysctl`: reads and, on hosts, sets what the simulated kernel knows. */
export const sysctlCommand: Command = {
  name: 'sysctl',
  group: 'machine',
  usage: 'sysctl [-n] [-w] NAME[=VALUE]… | -a',
  flags: [
    { short: 'n', help: 'Only the value' },
    { short: 'w', help: 'Set' },
    { short: 'a', help: 'All that are simulated' },
  ],
  examples: [
    'ssh node-1 sysctl net.ipv4.ip_forward',
    'ssh node-1 sysctl -w net.bridge.bridge-nf-call-iptables=0',
  ],
  run(process) {
    const netns = netnsOf(process);
    const flags = process.args.filter((word) => word.startsWith('-'));
    const words = process.args.filter((word) => !word.startsWith('-'));
    const print = (name: string, value: string) =>
      process.stdout.write(flags.some((flag) => flag.includes('n')) ? `${value}\n` : `${name} = ${value}\n`);
    if (flags.some((flag) => /a/.test(flag))) {
      for (const [name, value] of [...netns.sysctls()].sort(([a], [b]) => (a < b ? -1 : 1)))
        print(name, value);
      return 0;
    }
    if (words.length === 0) {
      process.stderr.write('usage: sysctl [-n] [-w] variable[=value] ...\n       sysctl -a\n');
      return 1;
    }
    let status = 0;
    for (const word of words) {
      const [key = '', value] = word.split('=');
      const name = key.trim().replaceAll('/', '.');
      if (netns.sysctl(name) === undefined) {
        process.stderr.write(
          `sysctl: cannot stat /proc/sys/${name.replaceAll('.', '/')}: No such file or directory\n`,
        );
        status = 1;
      } else if (value === undefined) print(name, netns.sysctl(name)!);
      else if (!mayConfigure(process)) {
        process.stderr.write(`sysctl: setting key "${name}": Read-only file system\n`);
        status = 255;
      } else {
        netns.setSysctl(name, value.trim());
        print(name, value.trim());
      }
    }
    return status;
  },
};
