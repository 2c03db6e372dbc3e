import { getaddrinfo, parseHostsFile } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { resolverHost } from './curl/transfer.ts';
import { ask, resolverOf } from './dns/ask.ts';
import { isAddress, reverseName } from './dns/record-text.ts';

/** `getent hosts NAME`, `getent ahosts NAME`: names as the C library resolves them, which is what programs see. */
export const getentCommand: Command = {
  name: 'getent',
  group: 'network',
  usage: 'getent (hosts | ahosts | ahostsv4) NAME…',
  flags: [],
  examples: ['getent hosts hello-service.hello-namespace', 'getent ahosts kubernetes.default'],
  arguments: ['address'],
  async run(process) {
    const [database, ...keys] = process.args;
    if (database === undefined || !['hosts', 'ahosts', 'ahostsv4'].includes(database)) {
      process.stdout.write("Try `getent --help' or `getent --usage' for more information.\n");
      process.stderr.write(
        database === undefined ? 'getent: wrong number of arguments\n' : `Unknown database: ${database}\n`,
      );
      return 1;
    }
    const host = { ...resolverHost(process), request: process.session.cluster.network.request };
    if (keys.length === 0) {
      process.stdout.write(
        parseHostsFile(process.files.read('/etc/hosts') ?? '')
          .map(({ address, names }) => `${address.padEnd(15)} ${names.join(' ')}\n`)
          .join(''),
      );
      return 0;
    }
    for (const key of keys) {
      if (database === 'hosts' && isAddress(key)) {
        const name = await nameOf(process, key);
        if (name === undefined) return 2;
        process.stdout.write(`${key.padEnd(15)} ${name}\n`);
        continue;
      }
      const resolution = getaddrinfo(host, key, database === 'ahosts' ? {} : { family: 4 });
      process.session.record(resolution.exchanges);
      await process.sleep(resolution.elapsedMs);
      if (!resolution.ok) return 2;
      const name = resolution.canonicalName ?? key;
      if (database === 'hosts')
        process.stdout.write(
          resolution.addresses
            .map(
              ({ address }) =>
                `${address.padEnd(15)} ${name}${name === key || name.startsWith(`${key}.`) ? '' : ` ${key}`}\n`,
            )
            .join(''),
        );
      else {
        const kinds = ['STREAM', 'DGRAM', 'RAW'];
        process.stdout.write(
          resolution.addresses
            .flatMap(({ address }, index) =>
              kinds.map(
                (kind, order) =>
                  `${address.padEnd(15)} ${kind.padEnd(6)} ${index === 0 && order === 0 ? name : ''}\n`,
              ),
            )
            .join(''),
        );
      }
    }
    return 0;
  },
};

/** gethostbyaddr: /etc/hosts first, then the address's PTR record. */
async function nameOf(process: Process, address: string): Promise<string | undefined> {
  const listed = parseHostsFile(process.files.read('/etc/hosts') ?? '').find(
    (entry) => entry.address === address,
  );
  if (listed) return listed.names.join(' ');
  const [server] = resolverOf(process).nameservers;
  const asked = await ask(process, {
    server: server!,
    name: reverseName(address),
    type: 'PTR',
    timeoutMs: 5000,
  });
  const record = asked.message?.answer.find(({ type }) => type === 'PTR');
  return record?.type === 'PTR' ? record.target.replace(/\.$/, '') : undefined;
}
