import { httpRequestOf, httpResponseOf, type Packet, startLine, textOf } from '../../../engine/index.ts';
import type { Numbers } from './flows.ts';

const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17 } as const;
export const TCP_FLAGS = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const;

/** The bytes of an IP packet from its first header on, as far as they are known: checksums are left 0, and a payload's bytes are those of its text. */
export function packetBytes(packet: Packet, numbers: Numbers): readonly number[] {
  const { ip, transport } = packet;
  const upper = transportBytes(packet, numbers);
  const length = 20 + upper.length;
  return [
    0x45,
    0,
    ...two(length),
    ...two(numbers.id),
    ip.dontFragment ? 0x40 : 0,
    0,
    ip.ttl,
    PROTOCOLS[transport.protocol],
    0,
    0,
    ...address(ip.source),
    ...address(ip.destination),
    ...upper,
  ];
}

function transportBytes(packet: Packet, numbers: Numbers): readonly number[] {
  const { transport, payload } = packet;
  const text = new TextEncoder().encode(
    payloadText(packet) ?? '\0'.repeat(Math.min(payload?.bytes ?? 0, 65_000)),
  );
  switch (transport.protocol) {
    case 'tcp': {
      const flags = transport.flags.reduce((sum, flag) => sum | TCP_FLAGS[flag], 0);
      const options = tcpOptions(packet, numbers);
      return [
        ...two(transport.sourcePort),
        ...two(transport.destinationPort),
        ...four(numbers.sequence),
        ...four(transport.flags.includes('ACK') ? numbers.acknowledged : 0),
        ((20 + options.length) / 4) << 4,
        flags,
        ...two(numbers.window),
        0,
        0,
        0,
        0,
        ...options,
        ...text,
      ];
    }
    case 'udp':
      return [
        ...two(transport.sourcePort),
        ...two(transport.destinationPort),
        ...two(8 + text.length),
        0,
        0,
        ...text,
      ];
    case 'icmp': {
      const rest =
        transport.identifier === undefined
          ? [0, 0, ...two(transport.mtu ?? 0)]
          : [...two(transport.identifier), ...two(transport.sequence ?? 0)];
      const about = transport.about ? packetBytes(transport.about, numbers).slice(0, 548) : text;
      return [transport.type, transport.code, 0, 0, ...rest, ...about];
    }
  }
}

function tcpOptions({ transport }: Packet, { time, echo }: Numbers): readonly number[] {
  if (transport.protocol !== 'tcp' || transport.flags.includes('RST')) return [];
  const stamps = [8, 10, ...four(time), ...four(echo)];
  return transport.flags.includes('SYN')
    ? [2, 4, ...two(1460), 4, 2, ...stamps, 1, 3, 3, 7]
    : [1, 1, ...stamps];
}

/** What a payload says, where it is text; undefined: it is not, or is encrypted. */
export function payloadText({ payload }: Packet): string | undefined {
  if (!payload) return '';
  if (payload.summary.startsWith('TLS')) return undefined;
  const message = httpRequestOf(payload) ?? httpResponseOf(payload);
  if (message)
    return `${startLine(message)}\r\n${message.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n${message.body}`;
  return textOf(payload);
}

function two(value: number): readonly number[] {
  return [(value >> 8) & 255, value & 255];
}

function four(value: number): readonly number[] {
  return [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

function address(text: string): readonly number[] {
  return text.split('.').map(Number);
}
