import { type Plugin, replyTo } from '../plugin.ts';

/** `whoami`: tells the client its own address and port. */
export const whoami: Plugin = {
  name: 'whoami',
  setup: () => ({
    handler: (query) =>
      replyTo(query, {
        additional: [
          {
            name: query.name,
            ttl: 0,
            type: query.client.address.includes(':') ? 'AAAA' : 'A',
            address: query.client.address,
          },
          {
            name: `_${query.transport}.${query.name}`,
            ttl: 0,
            type: 'SRV',
            priority: 0,
            weight: 0,
            port: query.client.port,
            target: '.',
          },
        ],
      }),
  }),
};
