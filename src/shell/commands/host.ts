import { type DnsRecord, type DnsType, recordData } from '../../engine/index.ts';
import type { Command } from '../process.ts';
import { ask, resolverOf, searchNames, serverAddress } from './dns/ask.ts';
import { isAddress, reverseName } from './dns/record-text.ts';
import { readFlags } from './unix-flags.ts';

const CODES: Readonly<Record<string, number>> = {
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
};

const USAGE = `Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]
            [-R number] [-m flag] [-p port] hostname [server]
       -a is equivalent to -v -t ANY
       -A is like -a but omits RRSIG, NSEC, NSEC3
       -c specifies query class for non-IN data
       -C compares SOA records on authoritative nameservers
       -d is equivalent to -v
       -l lists all hosts in a domain, using AXFR
       -m set memory debugging flag (trace|record|usage)
       -N changes the number of dots allowed before root lookup is done
       -p specifies the port on the server to query
       -r disables recursive processing
       -R specifies number of retries for UDP packets
       -s a SERVFAIL response should stop query
       -t specifies the query type
       -T enables TCP/IP mode
       -U enables UDP mode
       -v enables verbose output
       -V print version number and exit
       -w specifies to wait forever for a reply
       -W specifies how long to wait for a reply
       -4 use IPv4 query transport only
       -6 use IPv6 query transport only
`;

/** BIND's `host`. */
export const hostCommand: Command = {
  name: 'host',
  group: 'network',
  usage: 'host [-t TYPE] NAME [SERVER]',
  flags: [
    { short: 't', value: 'TYPE', help: 'Type of record' },
    { short: 'W', value: 'SECONDS', type: 'int', help: 'How long to wait' },
    { short: 'R', value: 'N', type: 'int', help: 'How often to try' },
  ],
  examples: [
    'host hello-service.hello-namespace',
    'host 100.64.0.10',
    'host -t srv _http._tcp.hello.default.svc.cluster.local',
  ],
  arguments: ['address'],
  async run(process) {
    const flags = readFlags(process, hostCommand.flags);
    if (typeof flags === 'number') return flags;
    const [name, serverWord] = flags.rest;
    if (name === undefined) {
      process.stderr.write(USAGE);
      return 1;
    }
    const server =
      serverWord === undefined
        ? resolverOf(process).nameservers[0]!
        : await serverAddress(process, serverWord);
    if (server === undefined) {
      process.stderr.write(`host: couldn't get address for '${serverWord}': not found\n`);
      return 1;
    }
    if (serverWord !== undefined)
      process.stdout.write(`Using domain server:\nName: ${serverWord}\nAddress: ${server}#53\nAliases: \n\n`);
    const timeoutMs = (flags.number('W') ?? 5) * 1000;
    const reverse = isAddress(name);
    const type = flags.text('t')?.toUpperCase();
    const types = (reverse ? ['PTR'] : type ? [type] : ['A', 'AAAA', 'MX']) as DnsType[];
    const names = reverse ? [reverseName(name)] : searchNames(process, name);
    for (const [index, candidate] of names.entries()) {
      for (const [order, kind] of types.entries()) {
        const asked = await ask(process, { server, name: candidate, type: kind, timeoutMs });
        if (!asked.message) {
          process.stdout.write(
            `;; communications error to ${server}#53: ${asked.why}\n;; communications error to ${server}#53: ${asked.why}\n;; no servers could be reached\n`,
          );
          return 1;
        }
        const { rcode, answer } = asked.message;
        const shown = candidate.replace(/\.$/, '');
        if (rcode !== 'NOERROR') {
          if (order > 0) continue;
          if (rcode === 'NXDOMAIN' && index < names.length - 1) break;
          process.stdout.write(
            `Host ${rcode === 'NXDOMAIN' && names.length > 1 ? name : shown}${reverse ? '.' : ''} not found: ${CODES[rcode]}(${rcode})\n`,
          );
          return 1;
        }
        if (answer.length === 0 && types.length === 1)
          process.stdout.write(`${shown} has no ${kind} record\n`);
        process.stdout.write(
          answer
            .filter((record) => order === 0 || record.type === kind)
            .map(recordText)
            .join(''),
        );
        if (order === types.length - 1) return 0;
      }
    }
    return 1;
  },
};

function recordText(record: DnsRecord): string {
  const name = record.name.replace(/\.$/, '');
  switch (record.type) {
    case 'A':
      return `${name} has address ${record.address}\n`;
    case 'AAAA':
      return `${name} has IPv6 address ${record.address}\n`;
    case 'CNAME':
      return `${name} is an alias for ${record.target}\n`;
    case 'PTR':
      return `${name} domain name pointer ${record.target}\n`;
    case 'MX':
      return `${name} mail is handled by ${recordData(record)}\n`;
    case 'NS':
      return `${name} name server ${record.target}\n`;
    case 'TXT':
      return `${name} descriptive text ${recordData(record)}\n`;
    default:
      return `${name} has ${record.type} record ${recordData(record)}\n`;
  }
}
