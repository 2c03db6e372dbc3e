import { dnsQuery, type Program, parseResolvConf, searchCandidates, sleep } from '../../../libc/index.ts';

/** nslookup inside a container's command, as `until nslookup mydb; do sleep 2; done` uses it: its status is what counts. */
export const nslookup: Program = function* (process) {
  const [name, named] = process.arguments.slice(1).filter((word) => !word.startsWith('-'));
  if (name === undefined) return 1;
  const configuration = parseResolvConf(process.readFile('/etc/resolv.conf') ?? '');
  const server = named ?? configuration.nameservers[0] ?? '127.0.0.1';
  process.stdout(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const host = {
    netns: process.netns,
    process: 'nslookup',
    libc: process.libc,
    readFile: (path: string) => process.readFile(path),
    request: (options: Parameters<typeof process.request>[0]) => process.request(options),
  };
  for (const candidate of searchCandidates(name, configuration, 'glibc')) {
    const { exchange, message } = dnsQuery(host, { server, name: candidate, type: 'A' });
    if (exchange.elapsedMs > 0) yield sleep(exchange.elapsedMs);
    if (!message) {
      process.stderr(';; connection timed out; no servers could be reached\n\n');
      return 1;
    }
    const addresses = message.answer.flatMap((record) => (record.type === 'A' ? [record.address] : []));
    if (addresses.length === 0) continue;
    for (const address of addresses)
      process.stdout(`Name:\t${candidate.replace(/\.$/, '')}\nAddress: ${address}\n`);
    process.stdout('\n');
    return 0;
  }
  process.stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
  return 1;
};
