import { parseHostsFile } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { isBusybox } from './busybox.ts';
import { mayConfigure, netnsOf } from './netns.ts';
import { netmask } from './ss.ts';

const HEADER =
  'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n';

/** net-tools' (and busybox's) `route`: the routing table. */
export const routeCommand: Command = {
  name: 'route',
  group: 'network',
  usage: 'route [-n]',
  flags: [
    { short: 'n', help: 'Numbers, not names' },
    { short: 'e', help: 'As netstat -r' },
  ],
  examples: ['kubectl exec box -- route -n'],
  run(process) {
    const verb = process.args.find((word) => !word.startsWith('-'));
    if (verb !== undefined) {
      process.stderr.write(
        mayConfigure(process)
          ? `${process.session.say({ id: 'shell.not-simulated', values: { command: `route ${verb}` } })}\n`
          : `route: SIOC${verb === 'del' ? 'DEL' : 'ADD'}RT: Operation not permitted\n`,
      );
      return 1;
    }
    const numeric = process.args.some((word) => /^-\w*n/.test(word));
    process.stdout.write(HEADER);
    for (const route of netnsOf(process).routes('main')) {
      const [network = '', length = '32'] =
        route.destination === 'default' ? ['0.0.0.0', '0'] : route.destination.split('/');
      const rejected = /^(?:unreachable|prohibit|blackhole)/.test(route.text);
      const flags = `${rejected ? '!' : `U${route.via ? 'G' : ''}`}${length === '32' ? 'H' : ''}`;
      const columns = [
        !numeric && network === '0.0.0.0' ? 'default' : network,
        rejected ? '-' : (route.via ?? (numeric ? '0.0.0.0' : isBusybox(process) ? '*' : '0.0.0.0')),
        netmask(Number(length)),
      ].map((text) => text.padEnd(15));
      const metric = /metric (\d+)/.exec(route.text)?.[1] ?? '0';
      process.stdout.write(
        `${columns.join(' ')} ${flags.padEnd(5)} ${metric.padEnd(6)} 0        0 ${rejected ? '-' : route.device}\n`,
      );
    }
    return 0;
  },
};

/** net-tools' (and busybox's) `arp`: the neighbours. */
export const arpCommand: Command = {
  name: 'arp',
  group: 'network',
  usage: 'arp [-n] [-a] [ADDRESS]',
  flags: [
    { short: 'n', help: 'Numbers, not names' },
    { short: 'a', help: 'In BSD’s style' },
    { short: 'd', value: 'ADDRESS', help: 'Forget one' },
  ],
  examples: ['ssh node-1 arp -n'],
  run(process) {
    const words = process.args.filter((word) => !word.startsWith('-'));
    const has = (letter: string) => process.args.some((word) => /^-\w+$/.test(word) && word.includes(letter));
    const netns = netnsOf(process);
    const wanted = words[0];
    const known = netns.neighbours().filter((each) => wanted === undefined || each.address === wanted);
    if (has('d')) {
      if (!mayConfigure(process)) {
        process.stderr.write('SIOCDARP(dontpub): Operation not permitted\n');
        return 255;
      }
      for (const each of known) netns.deleteNeighbour(each.device, each.address);
      return known.length > 0 ? 0 : 255;
    }
    const incomplete = ({ mac, state }: (typeof known)[number]) => mac === undefined || state === 'FAILED';
    if (isBusybox(process) || has('a')) {
      const busybox = isBusybox(process);
      process.stdout.write(
        known
          .map((each) => {
            const name = has('n') ? '?' : nameOf(process, each.address);
            const at = incomplete(each) ? '<incomplete> ' : `${each.mac} [ether]${busybox ? ' ' : ''}`;
            return `${name} (${each.address}) at ${at}${!busybox && incomplete(each) ? '' : ' '}on ${each.device}\n`;
          })
          .join(''),
      );
      return 0;
    }
    if (known.length === 0) {
      if (wanted === undefined) return 0;
      process.stdout.write(`${wanted} (${wanted}) -- no entry\n`);
      return 1;
    }
    process.stdout.write(
      'Address                  HWtype  HWaddress           Flags Mask            Iface\n',
    );
    for (const each of known) {
      const name = has('n') ? each.address : nameOf(process, each.address, each.address);
      const middle = incomplete(each)
        ? '        (incomplete)                              '
        : `ether   ${each.mac}   C${each.state === 'PERMANENT' ? 'M' : ' '}                    `;
      process.stdout.write(`${name.padEnd(25)}${middle}${each.device}\n`);
    }
    return 0;
  },
};

function nameOf(process: Process, address: string, unknown = '?'): string {
  const entries = parseHostsFile(process.machine.context.readFile('/etc/hosts') ?? '');
  return entries.find((each) => each.address === address)?.names[0] ?? unknown;
}
