import { type CapturedPacket, type LinkView, type Packet, packetSize } from '../../../engine/index.ts';
import { dnsText } from './dns-text.ts';
import type { Numbers } from './flows.ts';
import { packetBytes, payloadText } from './packet-bytes.ts';

/** What the flags of the command line ask for. */
export interface PrintOptions {
  /** -t: 0 for none; -tttt: 4, the date too. */
  readonly times: number;
  /** -n: 0 for names where they are known; 2 for numbers alone. */
  readonly numeric: number;
  readonly quick: boolean;
  readonly verbose: number;
  readonly link: boolean;
  readonly absolute: boolean;
  readonly ascii: boolean;
  /** -x, -X: 1 for bytes, 2 for text beside them. */
  readonly hex: number;
  readonly any: boolean;
}

export interface Frame {
  readonly captured: CapturedPacket;
  /** RFC 3339 instant in virtual ms. */
  readonly at: number;
  readonly numbers: Numbers;
  readonly link: LinkView | undefined;
}

const HTTP_PORTS = [80, 8080, 3128];
const SERVICES: Readonly<Record<number, string>> = {
  22: 'ssh',
  53: 'domain',
  80: 'http',
  443: 'https',
  3306: 'mysql',
  5432: 'postgresql',
  6379: 'redis',
  8080: 'http-alt',
};
const PROTOCOL_NUMBERS = { icmp: 1, tcp: 6, udp: 17 } as const;

/** The lines of one packet, as tcpdump 4.99 prints them. */
export function describeFrame(frame: Frame, options: PrintOptions): string {
  const { captured, link } = frame;
  const { content, device, direction } = captured;
  const head = `${timeText(frame.at, options.times)}${options.any ? `${device.padEnd(5)} ${{ in: 'In ', out: 'Out', other: 'P  ' }[direction]} ` : ''}`;
  if (content.kind === 'arp') {
    const { operation, sender, target } = content.arp;
    const said =
      operation === 'request'
        ? `Request who-has ${target.address}${options.verbose > 0 ? '' : ''} tell ${sender.address}`
        : `Reply ${sender.address} is-at ${sender.mac}`;
    const ethernet = options.verbose > 0 ? ', Ethernet (len 6), IPv4 (len 4)' : '';
    const mac = operation === 'request' ? 'ff:ff:ff:ff:ff:ff' : (target.mac ?? '');
    const frameText = options.link
      ? `${linkText(sender.mac, mac, 'ARP (0x0806)', 28, options, link)}`
      : 'ARP';
    return `${head}${options.link ? `${frameText}` : frameText}${ethernet}, ${said}, length 28\n`;
  }
  const { packet } = content;
  const size = packetSize(packet) + optionBytes(packet);
  const prefix = options.link
    ? linkText(
        packet.ethernet?.source ?? '00:00:00:00:00:00',
        packet.ethernet?.destination ?? '00:00:00:00:00:00',
        'IPv4 (0x0800)',
        size,
        options,
        link,
      )
    : 'IP';
  const ip = options.verbose > 0 ? ` ${ipHeader(packet, frame.numbers, size)}\n    ` : ' ';
  const text = ipText(packet, frame.numbers, options);
  const dump = options.ascii || options.hex > 0 ? dumpText(packetBytes(packet, frame.numbers), options) : '';
  return `${head}${prefix}${options.link ? (options.verbose > 0 ? `:${ip}` : ': ') : ip}${text}\n${dump}`.replace(
    /: {2}\(tos/,
    ': (tos',
  );
}

/** Without the start `IP `, which the link header stands for. */
function linkText(
  source: string,
  destination: string,
  type: string,
  size: number,
  { any }: PrintOptions,
  link: LinkView | undefined,
): string {
  if (any) return `ifindex ${link?.index ?? 0} ${source} ethertype ${type}, length ${size + 20}`;
  return `${source} > ${destination === 'ff:ff:ff:ff:ff:ff' ? 'ff:ff:ff:ff:ff:ff' : destination}, ethertype ${type}, length ${size + 14}`;
}

function ipHeader({ ip, transport }: Packet, { id }: Numbers, size: number): string {
  const flags = ip.dontFragment ? 'DF' : 'none';
  return `(tos 0x0, ttl ${ip.ttl}, id ${id}, offset 0, flags [${flags}], proto ${transport.protocol.toUpperCase()} (${PROTOCOL_NUMBERS[transport.protocol]}), length ${size})`;
}

/** TCP's options, which the engine's packets go without. */
function optionBytes({ transport }: Packet): number {
  if (transport.protocol !== 'tcp' || transport.flags.includes('RST')) return 0;
  return transport.flags.includes('SYN') ? 20 : 12;
}

function ipText(packet: Packet, numbers: Numbers, options: PrintOptions): string {
  const { ip, transport, payload, inner } = packet;
  if (transport.protocol === 'icmp') return `${ip.source} > ${ip.destination}: ${icmpText(packet)}`;
  const name = (port: number) => (options.numeric > 0 ? String(port) : (SERVICES[port] ?? String(port)));
  const ends = `${ip.source}.${name(transport.sourcePort)} > ${ip.destination}.${name(transport.destinationPort)}`;
  if (inner) {
    const known = transport.destinationPort === 8472 ? 'OTV' : 'VXLAN';
    const extra = known === 'OTV' ? `, overlay 0, instance ${inner.vni}` : `, vni ${inner.vni}`;
    return `${ends}: ${known}, flags [I] (0x08)${extra}\nIP ${ipText(inner.packet, numbers, options)}`;
  }
  const bytes = payload?.bytes ?? 0;
  if (transport.protocol === 'udp') {
    const dns = isPort(packet, 53) ? dnsText(packet, options.verbose > 0) : undefined;
    if (options.quick) return `${ends}: UDP, length ${bytes}`;
    const checked = options.verbose > 0 ? '[udp sum ok] ' : '';
    return `${ends}: ${dns === undefined ? `${checked}UDP, length ${bytes}` : `${checked}${dns}`}`;
  }
  if (options.quick) return `${ends}: tcp ${bytes}`;
  return `${ends}: ${tcpText(packet, numbers, options)}`;
}

function tcpText(packet: Packet, numbers: Numbers, options: PrintOptions): string {
  const { transport, payload } = packet;
  if (transport.protocol !== 'tcp') return '';
  const { flags } = transport;
  const bytes = payload?.bytes ?? 0;
  const has = (flag: (typeof flags)[number]) => flags.includes(flag);
  const letters = `${has('FIN') ? 'F' : ''}${has('SYN') ? 'S' : ''}${has('RST') ? 'R' : ''}${has('PSH') ? 'P' : ''}${has('ACK') ? '.' : ''}`;
  const { sequence: first, acknowledged } = numbers;
  const parts = [`Flags [${letters || 'none'}]`];
  if (options.verbose > 0) parts.push(`cksum 0x${hashOf(numbers).toString(16).padStart(4, '0')} (correct)`);
  if (bytes > 0) parts.push(`seq ${first}:${(first + bytes) >>> 0}`);
  else if (has('SYN') || has('FIN') || has('RST')) parts.push(`seq ${first}`);
  if (has('ACK')) parts.push(`ack ${acknowledged}`);
  parts.push(`win ${numbers.window}`);
  if (!has('RST')) {
    const stamps = `TS val ${numbers.time} ecr ${numbers.echo}`;
    parts.push(
      has('SYN') ? `options [mss 1460,sackOK,${stamps},nop,wscale 7]` : `options [nop,nop,${stamps}]`,
    );
  }
  const text = bytes > 0 && HTTP_PORTS.some((port) => isPort(packet, port)) ? payloadText(packet) : undefined;
  const http =
    text === undefined || !/^(?:HTTP\/|[A-Z]+ \S+ HTTP\/)/.test(text)
      ? ''
      : httpText(text, bytes, options.verbose);
  return `${parts.join(', ')}, length ${bytes}${http}`;
}

function httpText(text: string, bytes: number, verbose: number): string {
  if (verbose === 0) return `: HTTP: ${text.slice(0, text.indexOf('\r\n'))}`;
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  return `: HTTP, length: ${bytes}\n${lines.map((line) => `\t${line}`).join('\n')}`;
}

function icmpText(packet: Packet): string {
  const { transport, payload } = packet;
  if (transport.protocol !== 'icmp') return '';
  const { type, code, identifier, sequence, about } = transport;
  const length = transportSize(packet);
  if (type === 8 || type === 0)
    return `ICMP echo ${type === 8 ? 'request' : 'reply'}, id ${identifier ?? 0}, seq ${sequence ?? 0}, length ${(payload?.bytes ?? 0) + 8}`;
  const target = about?.ip.destination ?? '';
  const port = about && about.transport.protocol !== 'icmp' ? about.transport.destinationPort : 0;
  const protocol = about?.transport.protocol ?? 'ip';
  if (type === 11) return `ICMP time exceeded in-transit, length ${length}`;
  const said: Readonly<Record<number, string>> = {
    0: `net ${target} unreachable`,
    1: `host ${target} unreachable`,
    2: `${target} protocol ${about ? PROTOCOL_NUMBERS[about.transport.protocol] : 0} unreachable`,
    3: `${target} ${protocol} port ${port} unreachable`,
    4: `${target} unreachable - need to frag (mtu ${transport.mtu ?? 0})`,
    9: `net ${target} unreachable - admin prohibited`,
    10: `host ${target} unreachable - admin prohibited`,
    13: `host ${target} unreachable - admin prohibited filter`,
  };
  return `ICMP ${type === 3 ? (said[code] ?? `${target} unreachable - #${code}`) : `type-#${type}`}, length ${length}`;
}

function transportSize(packet: Packet): number {
  const { transport } = packet;
  const about = transport.protocol === 'icmp' && transport.about;
  return packetSize(packet) - 20 + (about ? optionBytes(about) : 0);
}

function isPort({ transport }: Packet, port: number): boolean {
  return (
    transport.protocol !== 'icmp' && (transport.sourcePort === port || transport.destinationPort === port)
  );
}

function hashOf({ id, sequence, time }: Numbers): number {
  return (Math.imul(id + sequence + time, 2654435761) >>> 16) & 0xffff;
}

function timeText(at: number, times: number): string {
  if (times === 1) return '';
  const whole = new Date(Math.floor(at));
  const micros = String(Math.floor((at - Math.floor(at)) * 1000)).padStart(3, '0');
  const clock = `${whole.toISOString().slice(11, 23)}${micros}`;
  if (times === 2) return `${(Math.floor(at) / 1000).toFixed(3)}${micros} `;
  return times === 4 ? `${whole.toISOString().slice(0, 10)} ${clock} ` : `${clock} `;
}

function dumpText(bytes: readonly number[], { ascii, hex }: PrintOptions): string {
  if (ascii) {
    // A carriage return is left out, a line end kept, all else that cannot be printed is a dot (ascii_print).
    const text = bytes
      .map((byte) =>
        byte === 13 ? '' : byte === 10 ? '\n' : byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.',
      )
      .join('');
    return `${text}\n`;
  }
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    const pairs = Array.from({ length: Math.ceil(row.length / 2) }, (_, pair) =>
      row
        .slice(pair * 2, pair * 2 + 2)
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(''),
    ).join(' ');
    const text = row.map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    lines.push(
      `\t0x${at.toString(16).padStart(4, '0')}:  ${hex > 1 ? `${pairs.padEnd(39)}  ${text}` : pairs}\n`,
    );
  }
  return lines.join('');
}

/** Bytes on the wire of a captured packet with its link header, for `greater` and `less`. */
export function frameLength({ captured: { content } }: Pick<Frame, 'captured'>): number {
  return content.kind === 'arp' ? 42 : packetSize(content.packet) + optionBytes(content.packet) + 14;
}
