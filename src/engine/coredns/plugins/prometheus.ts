import type { Plugin } from '../plugin.ts';
import { portOf, serveStatus } from './health.ts';

const DEFAULT_PORT = 9153;

/** `prometheus :9153`: HTTP /metrics, here with the count of queries alone. */
export const prometheus: Plugin = {
  name: 'prometheus',
  setup({ directive, process }) {
    let requests = 0;
    const stop = serveStatus(process, portOf(directive.arguments[0], DEFAULT_PORT), '/metrics', () => ({
      status: 200,
      body: `# HELP coredns_dns_requests_total Counter of DNS requests made per zone, protocol and family.\n# TYPE coredns_dns_requests_total counter\ncoredns_dns_requests_total ${requests}\n`,
    }));
    return {
      handler(query, next) {
        requests++;
        return next(query);
      },
      ...(stop && { stop }),
    };
  },
};
