import type { SocketView } from '../../engine/index.ts';
import { parseFlags } from '../flags.ts';
import type { Command, Process } from '../process.ts';
import { netnsOf } from './netns.ts';
import { getoptMessage, readFlags } from './unix-flags.ts';

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
  { name: 'summary', short: 's', help: 'How many there are of each' },
] as const;

const USAGE = `Usage: ss [ OPTIONS ]
       ss [ OPTIONS ] [ FILTER ]
   -h, --help          this message
   -V, --version       output version information
   -n, --numeric       don't resolve service names
   -r, --resolve       resolve host names
   -a, --all           display all sockets
   -l, --listening     display listening sockets
   -o, --options       show timer information
   -e, --extended      show detailed socket information
   -m, --memory        show socket memory usage
   -p, --processes     show process using socket
   -T, --threads       show thread using socket
   -i, --info          show internal TCP information
       --tipcinfo      show internal tipc socket information
   -s, --summary       show socket usage summary
       --tos           show tos and priority information
       --cgroup        show cgroup information
   -b, --bpf           show bpf filter socket information
   -E, --events        continually display sockets as they are destroyed
   -Z, --context       display task SELinux security contexts
   -z, --contexts      display task and socket SELinux security contexts
   -N, --net           switch to the specified network namespace name

   -4, --ipv4          display only IP version 4 sockets
   -6, --ipv6          display only IP version 6 sockets
   -0, --packet        display PACKET sockets
   -t, --tcp           display only TCP sockets
   -M, --mptcp         display only MPTCP sockets
   -S, --sctp          display only SCTP sockets
   -u, --udp           display only UDP sockets
   -d, --dccp          display only DCCP sockets
   -w, --raw           display only RAW sockets
   -x, --unix          display only Unix domain sockets
       --tipc          display only TIPC sockets
       --vsock         display only vsock sockets
       --xdp           display only XDP sockets
   -f, --family=FAMILY display sockets of type FAMILY
       FAMILY := {inet|inet6|link|unix|netlink|vsock|tipc|xdp|help}

   -K, --kill          forcibly close sockets, display what was closed
   -H, --no-header     Suppress header line
   -O, --oneline       socket's data printed on a single line
       --inet-sockopt  show various inet socket options

   -A, --query=QUERY, --socket=QUERY
       QUERY := {all|inet|tcp|mptcp|udp|raw|unix|unix_dgram|unix_stream|unix_seqpacket|packet|packet_raw|packet_dgram|netlink|dccp|sctp|vsock_stream|vsock_dgram|tipc|xdp}[,QUERY]

   -D, --diag=FILE     Dump raw information about TCP sockets to FILE
   -F, --filter=FILE   read filter information from FILE
       FILTER := [ state STATE-FILTER ] [ EXPRESSION ]
       STATE-FILTER := {all|connected|synchronized|bucket|big|TCP-STATES}
         TCP-STATES := {established|syn-sent|syn-recv|fin-wait-{1,2}|time-wait|closed|close-wait|last-ack|listening|closing}
          connected := {established|syn-sent|syn-recv|fin-wait-{1,2}|time-wait|close-wait|last-ack|closing}
       synchronized := {established|syn-recv|fin-wait-{1,2}|time-wait|close-wait|last-ack|closing}
             bucket := {syn-recv|time-wait}
                big := {established|syn-sent|fin-wait-{1,2}|closed|close-wait|last-ack|listening|closing}
`;

/** iproute2's `ss`: columns as wide as their content. */
export const ssCommand: Command = {
  name: 'ss',
  group: 'network',
  usage: 'ss [-tulanp]',
  flags: FLAGS,
  examples: ['kubectl exec deploy/hello -- ss -tln', 'ssh node-1 ss -ltunp'],
  run(process) {
    const parsed = parseFlags(process.args, FLAGS);
    if (!parsed.ok) {
      process.stderr.write(`ss: ${getoptMessage(parsed.error)}\n${USAGE}`);
      return 255;
    }
    const { flags } = parsed;
    if (flags.has('summary')) {
      process.stdout.write(summary(netnsOf(process).sockets()));
      return 0;
    }
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

/** `ss -s`. */
function summary(sockets: readonly SocketView[]): string {
  const tcp = sockets.filter(({ protocol }) => protocol === 'tcp');
  const udp = sockets.filter(({ protocol }) => protocol === 'udp').length;
  const established = tcp.filter(({ state }) => state === 'ESTAB').length;
  const row = (name: string, total: number) =>
    `${name.padEnd(10)}${String(total).padEnd(10)}${String(total).padEnd(10)}0\n`;
  return `Total: ${sockets.length}\nTCP:   ${tcp.length} (estab ${established}, closed 0, orphaned 0, timewait 0)\n\nTransport Total     IP        IPv6\n${row('RAW', 0)}${row('UDP', udp)}${row('TCP', tcp.length)}${row('INET', sockets.length)}${row('FRAG', 0)}\n`;
}

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
