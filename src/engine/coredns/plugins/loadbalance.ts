import type { DnsRecord } from '../../libc/index.ts';
import { type Plugin, withMessage } from '../plugin.ts';

/** `loadbalance [round_robin]`: CNAMEs first, then the addresses in a new order each time (plugin/loadbalance). */
export const loadbalance: Plugin = {
  name: 'loadbalance',
  setup: ({ random }) => ({
    handler(query, next) {
      const reply = next(query);
      const { message } = reply;
      if (message?.rcode !== 'NOERROR' || message.answer.length < 2 || query.type === 'SRV') return reply;
      const isAddress = ({ type }: DnsRecord) => type === 'A' || type === 'AAAA';
      const aliases = message.answer.filter(({ type }) => type === 'CNAME');
      const others = message.answer.filter((record) => !isAddress(record) && record.type !== 'CNAME');
      const addresses = shuffled(message.answer.filter(isAddress), random);
      return withMessage(reply, { ...message, answer: [...aliases, ...addresses, ...others] });
    },
  }),
};

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
