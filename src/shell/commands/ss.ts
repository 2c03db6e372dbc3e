import type { SocketView } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { netnsOf } from './netns.ts';
import { readFlags } from './unix-flags.ts';

const FLAGS = [
  { name: 'tcp', short: 't', help: 'TCP' },
  { name: 'udp', short: 'u', help: 'UDP' },
  { name: 'listening', short: 'l', help: 'Listening sockets' },
  { name: 'all', short: 'a', help: 'All sockets' },
  { name: 'numeric', short: 'n', help: 'Numbers, not names' },
  { name: 'processes', short: 'p', help: 'With the process' },
  { name: 'no-header', short: 'H', help: 'Without the header' },
  { name: 'ipv4', short: '4', help: 'IPv4' },
  { name: 'program', help: 'With the process' },
] as const;

/** iproute2's `ss`: columns as wide as their content. */
export const ssCommand: Command = {
  name: 'ss',
  group: 'network',
  usage: 'ss [-tulanp]',
  flags: FLAGS,
  examples: ['kubectl exec deploy/hello -- ss -tln', 'ssh node-1 ss -ltunp'],
  run(process) {
    const flags = readFlags(process, FLAGS, { status: 255 });
    if (typeof flags === 'number') return flags;
    const sockets = chosen(process, flags);
    const both = flags.has('tcp') === flags.has('udp');
    const rows = sockets.map((socket) => [
      ...(both ? [socket.protocol] : []),
      socket.state,
      '0',
      socket.state === 'LISTEN' ? '4096' : '0',
      `${socket.address}:${socket.port}`,
      socket.peer ? `${socket.peer.address}:${socket.peer.port}` : '0.0.0.0:*',
      flags.has('processes') ? `users:(("${socket.process}",pid=1,fd=3))` : '',
    ]);
    process.stdout.write(
      layout([...(both ? ['Netid'] : []), 'State', 'Recv-Q', 'Send-Q'], rows, flags.has('no-header')),
    );
    return 0;
  },
};

function chosen(process: Process, flags: { has(name: string): boolean }): readonly SocketView[] {
  const wanted = (protocol: string) =>
    (!flags.has('tcp') && !flags.has('udp')) ||
    (protocol === 'tcp' && flags.has('tcp')) ||
    (protocol === 'udp' && flags.has('udp'));
  return netnsOf(process)
    .sockets()
    .filter(
      ({ protocol, state }) =>
        wanted(protocol) &&
        (flags.has('all') || (flags.has('listening') ? state !== 'ESTAB' : state === 'ESTAB')),
    );
}

/** `Local Address:Port` is aligned at the colon: addresses to the right, ports to the left. */
function layout(names: readonly string[], rows: readonly (readonly string[])[], noHeader: boolean): string {
  const count = names.length;
  const split = (text: string) =>
    [text.slice(0, text.lastIndexOf(':')), text.slice(text.lastIndexOf(':') + 1)] as const;
  const cells = rows.map((row) => [
    ...row.slice(0, count),
    ...split(row[count]!),
    ...split(row[count + 1]!),
    row[count + 2]!,
  ]);
  const header = [...names, 'Local Address', 'Port', 'Peer Address', 'Port', 'Process'];
  const widths = header.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column]!;
        if (column < count) return `${cell.padEnd(width)} `;
        if (column === count || column === count + 2) return `${cell.padStart(width)}:`;
        return column === count + 4
          ? cell.padEnd(width)
          : cell.padEnd(width) + (column === count + 1 ? ' ' : '');
      })
      .join('');
  return [...(noHeader ? [] : [line(header)]), ...cells.map(line)].map((text) => `${text}\n`).join('');
}

/** net-tools' `netstat`, for `-tulnp` and `-rn`. */
export const netstatCommand: Command = {
  name: 'netstat',
  group: 'network',
  usage: 'netstat [-tulanp] [-r]',
  flags: [...FLAGS, { name: 'route', short: 'r', help: 'The routing table' }],
  examples: ['netstat -tlnp', 'netstat -rn'],
  run(process) {
    const flags = readFlags(process, netstatCommand.flags, { status: 4 });
    if (typeof flags === 'number') return flags;
    if (flags.has('route')) {
      process.stdout.write(
        'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n',
      );
      for (const route of netnsOf(process).routes('main')) {
        const [network = '', length = '32'] =
          route.destination === 'default' ? ['0.0.0.0', '0'] : route.destination.split('/');
        const columns = [network, route.via ?? '0.0.0.0', netmask(Number(length))].map((text) =>
          text.padEnd(15),
        );
        const kind = `U${route.via ? 'G' : ''}${length === '32' ? 'H' : ''}`;
        process.stdout.write(`${columns.join(' ')} ${kind.padEnd(6)}    0 0          0 ${route.device}\n`);
      }
      return 0;
    }
    const what = flags.has('all')
      ? 'servers and established'
      : flags.has('listening')
        ? 'only servers'
        : 'w/o servers';
    process.stdout.write(
      `Active Internet connections (${what})\nProto Recv-Q Send-Q Local Address           Foreign Address         State      ${flags.has('processes') ? ' PID/Program name    ' : ' '}\n`,
    );
    for (const socket of chosen(process, flags)) {
      const peer = socket.peer ? `${socket.peer.address}:${socket.peer.port}` : '0.0.0.0:*';
      const state = socket.protocol === 'udp' ? '' : socket.state === 'ESTAB' ? 'ESTABLISHED' : socket.state;
      process.stdout.write(
        `${socket.protocol.padEnd(5)} ${'0'.padStart(6)} ${'0'.padStart(6)} ${`${socket.address}:${socket.port}`.padEnd(23)} ${peer.padEnd(23)} ${state.padEnd(11)} ${flags.has('processes') ? `${`1/${socket.process}`.padEnd(20)}` : ''}\n`,
      );
    }
    return 0;
  },
};

export function netmask(length: number): string {
  return [0, 8, 16, 24]
    .map((shift) => (length >= shift + 8 ? 255 : length <= shift ? 0 : 256 - 2 ** (8 - (length - shift))))
    .join('.');
}
