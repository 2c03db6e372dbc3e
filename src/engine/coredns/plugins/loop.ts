import { dnsPayload, dnsQuestion } from '../../libc/index.ts';
import type { Plugin } from '../plugin.ts';

/** Seen more often than this, the server's own question has come back through the servers that it forwards to. */
const MAX_SEEN = 2;

/** `loop`: at its start the server asks itself a random name, and ends when that question comes back again and again. */
export const loop: Plugin = {
  name: 'loop',
  setup({ process, port, zones, random, fatal }) {
    const number = () => String(Math.floor(random() * 2 ** 53));
    const zone = zones[0] ?? '.';
    const name = `${number()}.${number()}.${zone === '.' ? '' : zone}`;
    let seen = 0;
    return {
      started() {
        process.request({
          protocol: 'udp',
          destination: { address: '127.0.0.1', port },
          payload: dnsPayload(dnsQuestion(0, name, 'HINFO')),
          timeoutMs: 2000,
        });
      },
      handler(query, next) {
        if (query.type !== 'HINFO' || query.name !== name) return next(query);
        seen++;
        if (seen <= MAX_SEEN) return next(query);
        fatal(
          `plugin/loop: Loop (${query.client.address}:${query.client.port} -> :${port}) detected for zone "${zone}", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${name}"`,
        );
        return { rcode: 'SERVFAIL' };
      },
    };
  },
};
