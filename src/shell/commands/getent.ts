import { getaddrinfo, parseHostsFile } from '../../engine/index.ts';
import type { Command } from '../process.ts';
import { resolverHost } from './curl/transfer.ts';

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
      process.stderr.write(
        database === undefined
          ? 'Usage: getent [OPTION...] database [key ...]\n'
          : `Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`,
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
