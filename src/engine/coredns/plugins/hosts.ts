import { type DnsRecord, parseHostsFile } from '../../libc/index.ts';
import { isInZone, matchingZone, zoneName } from '../corefile.ts';
import { addressOfReverseName } from '../kubernetes/reverse.ts';
import { type Plugin, replyTo } from '../plugin.ts';

const DEFAULT_TTL = 3600;
const OPTIONS = ['fallthrough', 'ttl', 'no_reverse', 'reload'];

/** `hosts [FILE [ZONES…]] { ADDRESS NAME…; ttl N; no_reverse; fallthrough [ZONES…] }`: names from a hosts file (plugin/hosts). */
export const hosts: Plugin = {
  name: 'hosts',
  setup({ directive, process, zones }) {
    const [path, ...named] = directive.arguments;
    const own = named.length > 0 ? named.map(zoneName) : zones;
    const option = (name: string) => directive.block.find(([each]) => each === name)?.slice(1);
    const ttl = Number(option('ttl')?.[0] ?? DEFAULT_TTL);
    const through = option('fallthrough');
    const fallthrough = through === undefined ? [] : through.length > 0 ? through.map(zoneName) : ['.'];
    const inline = directive.block
      .filter(([name]) => name !== undefined && !OPTIONS.includes(name))
      .map((words) => words.join(' '));
    const entries = () => parseHostsFile([(path && process.readFile(path)) ?? '', ...inline].join('\n'));
    return {
      handler(query, next) {
        if (matchingZone(query.name, own) === undefined) return next(query);
        const { name, type } = query;
        const wanted = name.toLowerCase();
        const matching = entries().filter(({ names }) => names.some((each) => zoneName(each) === wanted));
        let answer: readonly DnsRecord[] = [];
        if (type === 'A' || type === 'AAAA') {
          const addresses = matching
            .map(({ address }) => address)
            .filter((address) => address.includes(':') === (type === 'AAAA'));
          answer = addresses.map((address) => ({ name, ttl, type, address }));
        } else if (type === 'PTR' && option('no_reverse') === undefined) {
          const address = addressOfReverseName(name);
          const names = entries()
            .filter((entry) => entry.address === address)
            .flatMap((entry) => entry.names);
          answer = names.map((each) => ({ name, ttl, type, target: zoneName(each) }));
        }
        if (answer.length > 0) return replyTo(query, { answer });
        if (fallthrough.some((zone) => isInZone(name, zone))) return next(query);
        // The name is there, but not with this type: NODATA. Unknown names are left to the next plugin, or refused.
        return matching.length > 0 ? replyTo(query, {}) : { rcode: 'NXDOMAIN' };
      },
    };
  },
};
