import type { Exchange } from '../exchange.ts';
import type { RequestOptions } from '../network.ts';
import type { Packet } from '../packet.ts';
import { openClient } from './client.ts';
import { type Sending, startConversation } from './conversation.ts';
import { requestByIcmp } from './icmp.ts';
import { requestByTcp } from './tcp.ts';
import { requestByUdp } from './udp.ts';

/** Makes the network's `request`: whole exchanges, from a process's system call to what the call answers. */
export function createRequests(sending: Sending): (options: RequestOptions, startedAt: number) => Exchange {
  let lastId = 0;
  const draw = (): number => {
    const number = sending.machinery.chance.peek(0);
    sending.machinery.chance.consume(1);
    return number;
  };
  return function request(options, startedAt) {
    const conversation = startConversation(sending, options, startedAt, ++lastId);
    const client = openClient(conversation.client, options, draw);
    if (typeof client === 'string') {
      // No socket, so nothing is sent; what the routing table says of it is worth seeing all the same.
      if (client === 'ENETUNREACH')
        conversation.send(conversation.client, unsent(options), 'unsent', 'out', {
          process: options.process,
        });
      return conversation.finish(
        { kind: 'failed', errno: client },
        { address: options.source ?? '0.0.0.0', port: 0 },
      );
    }
    try {
      switch (options.protocol) {
        case 'tcp':
          return requestByTcp(conversation, client, options, request);
        case 'udp':
          return requestByUdp(conversation, client, options, request);
        case 'icmp':
          return requestByIcmp(conversation, client, options);
      }
    } finally {
      client.close();
    }
  };
}

function unsent({ protocol, destination, source = '0.0.0.0', payload }: RequestOptions): Packet {
  const ip = { source, destination: destination.address, ttl: 64 };
  if (protocol === 'icmp')
    return { ip, transport: { protocol, type: 8, code: 0, identifier: 0, sequence: 1 } };
  const ports = { sourcePort: 0, destinationPort: destination.port };
  if (protocol === 'tcp') return { ip, transport: { protocol, ...ports, flags: ['SYN'] } };
  return { ip, transport: { protocol, ...ports }, ...(payload && { payload }) };
}
