import type { Frame } from './describe.ts';

/**
 * Makes TCP's numbers relative as print-tcp.c does: to the first packet with an ACK that was printed of a conversation,
 * which itself shows absolute numbers. A SYN without one is always absolute.
 */
export function createConversations(): (frame: Frame) => Frame {
  const bases = new Map<string, { sequence: number; acknowledged: number }>();
  return (frame) => {
    const { content } = frame.captured;
    if (content.kind !== 'ip' || content.packet.transport.protocol !== 'tcp') return frame;
    const { ip, transport } = content.packet;
    if (!transport.flags.includes('ACK')) return frame;
    const from = `${ip.source}:${transport.sourcePort}`;
    const to = `${ip.destination}:${transport.destinationPort}`;
    const isReverse = from > to;
    const key = isReverse ? `${to} ${from}` : `${from} ${to}`;
    const base = bases.get(key);
    const { sequence, acknowledged } = frame.numbers;
    if (!base || transport.flags.includes('SYN')) {
      bases.set(
        key,
        isReverse
          ? { sequence: acknowledged - 1, acknowledged: sequence }
          : { sequence, acknowledged: acknowledged - 1 },
      );
      return frame;
    }
    const [own, other] = isReverse ? [base.acknowledged, base.sequence] : [base.sequence, base.acknowledged];
    return {
      ...frame,
      numbers: {
        ...frame.numbers,
        sequence: (sequence - own) >>> 0,
        acknowledged: (acknowledged - other) >>> 0,
      },
    };
  };
}
