import { dnsMessageSize } from '../../libc/index.ts';
import type { Plugin } from '../plugin.ts';

/** `log`: a line a query, `[INFO] 10.1.1.5:40123 - 12345 "A IN hello. udp 23 false 512" NXDOMAIN qr,aa,rd 98 0.000123s`. */
export const log: Plugin = {
  name: 'log',
  setup: (setup) => ({
    handler(query, next) {
      const reply = next(query);
      const { message } = query;
      const answer = reply.message;
      const flags = answer
        ? [
            'qr',
            answer.authoritative && 'aa',
            message.recursionDesired && 'rd',
            answer.recursionAvailable && 'ra',
          ]
            .filter(Boolean)
            .join(',')
        : '-';
      const size = message.edns?.udpSize ?? (query.transport === 'tcp' ? 65_535 : 512);
      const asked = `${query.type} IN ${query.name} ${query.transport} ${dnsMessageSize(message)} false ${size}`;
      const seconds = query.waitedMs() / 1000;
      setup.log(
        'INFO',
        `${query.client.address}:${query.client.port} - ${message.id} "${asked}" ${answer?.rcode ?? reply.rcode} ${flags} ${answer ? dnsMessageSize(answer) : 0} ${seconds.toFixed(9)}s`,
      );
      return reply;
    },
  }),
};
