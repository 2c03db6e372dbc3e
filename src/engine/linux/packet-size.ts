import type { Packet } from './packet.ts';

const IP_HEADER = 20;
const TCP_HEADER = 20;
const UDP_HEADER = 8;
const ICMP_HEADER = 8;
/** Outer IP and UDP, the VXLAN header, and the inner frame's Ethernet header. */
export const VXLAN_OVERHEAD = 50;

/**
 * The bytes that an IP packet takes on the wire, as an interface's MTU counts them. A TCP packet stands for all the
 * segments that its payload is cut into (as with the kernel's segmentation offload): the largest of them counts.
 */
export function packetSize(packet: Packet): number {
  if (packet.inner) return packetSize(packet.inner.packet) + VXLAN_OVERHEAD;
  const bytes = packet.payload?.bytes ?? 0;
  const { transport } = packet;
  switch (transport.protocol) {
    case 'tcp':
      return IP_HEADER + TCP_HEADER + Math.min(bytes, transport.maximumSegment ?? bytes);
    case 'udp':
      return IP_HEADER + UDP_HEADER + bytes;
    case 'icmp':
      return IP_HEADER + ICMP_HEADER + (transport.about ? Math.min(packetSize(transport.about), 548) : bytes);
  }
}
