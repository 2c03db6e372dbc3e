import type { Plugin } from '../plugin.ts';

/** `errors`: logs what went wrong while answering, `[ERROR] plugin/errors: 2 example.com. A: read udp …: i/o timeout`. */
export const errors: Plugin = {
  name: 'errors',
  setup: ({ log }) => ({
    handler(query, next) {
      const reply = next(query);
      if (reply.error) log('ERROR', `plugin/errors: 2 ${query.name} ${query.type}: ${reply.error}`);
      return reply;
    },
  }),
};
