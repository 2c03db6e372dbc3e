import { type DnsType, recordData } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { type Asked, ask, DNS_TYPES, resolverOf, searchNames, serverAddress } from './dns/ask.ts';
import { flagWords, questionLine, recordLine, reverseName } from './dns/record-text.ts';

/** Debian's packages sign themselves; Alpine's (musl) do not. */
const VERSIONS = { glibc: '9.18.49-1~deb12u3-Debian', musl: '9.20.23' } as const;
const USAGE = `Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}
            {global-d-opt} host [@local-server] {local-d-opt}
            [ host [@local-server] {local-d-opt} [...]]

Use "dig -h" (or "dig -h | more") for complete list of options
`;

interface Query {
  readonly name: string;
  readonly type: string;
}

interface Settings {
  short: boolean;
  search: boolean;
  tcp: boolean;
  edns: boolean;
  cmd: boolean;
  comments: boolean;
  question: boolean;
  answer: boolean;
  authority: boolean;
  additional: boolean;
  stats: boolean;
  timeMs: number;
  tries: number;
}

/** BIND's `dig` 9.18: layout recorded from the real one. */
export const digCommand: Command = {
  name: 'dig',
  group: 'network',
  usage: 'dig [@SERVER] [-x ADDRESS] [NAME] [TYPE] [+short] [+search] [+noall +answer] …',
  flags: [
    { short: 'x', value: 'ADDRESS', help: 'Which name has this address' },
    { short: 't', value: 'TYPE', help: 'Type of record' },
    { short: 'p', value: 'PORT', help: 'Port of the server' },
  ],
  examples: [
    'dig +search hello-service',
    'dig hello-service.hello-namespace.svc.cluster.local +short',
    'dig -x 100.64.0.10',
    'dig SRV _http._tcp.hello.default.svc.cluster.local',
    'dig @100.64.0.10 example.com +noall +answer',
  ],
  arguments: ['address'],
  async run(process) {
    const settings: Settings = {
      short: false,
      search: false,
      tcp: false,
      edns: true,
      cmd: true,
      comments: true,
      question: true,
      answer: true,
      authority: true,
      additional: true,
      stats: true,
      timeMs: 5000,
      tries: 3,
    };
    const queries: Query[] = [];
    let server: string | undefined;
    let port: number | undefined;
    let type: string | undefined;
    const { args } = process;
    for (let at = 0; at < args.length; at++) {
      const word = args[at]!;
      if (word.startsWith('@')) server = word.slice(1);
      else if (word.startsWith('+')) {
        if (!setOption(settings, word.slice(1))) {
          process.stderr.write(`Invalid option: ${word}\n${USAGE}`);
          return 1;
        }
      } else if (word === '-x') queries.push({ name: reverseName(args[++at] ?? ''), type: 'PTR' });
      else if (word === '-t') {
        const asked = (args[++at] ?? 'A').toUpperCase();
        if (DNS_TYPES.includes(asked)) type = asked;
        else process.stderr.write(`;; Warning, ignoring invalid type ${args[at]}\n`);
      } else if (word === '-p') port = Number(args[++at]);
      else if (word === '-q') queries.push({ name: args[++at] ?? '', type: type ?? 'A' });
      else if (word === '-v') {
        process.stderr.write(`DiG ${VERSIONS[process.machine.context.libc]}\n`);
        return 0;
      } else if (/^-[46u]$/.test(word)) continue;
      else if (word.startsWith('-')) {
        process.stderr.write(`Invalid option: ${word}\n${USAGE}`);
        return 1;
      } else if (word.toUpperCase() === 'IN') continue;
      else if (DNS_TYPES.includes(word.toUpperCase()) && (queries.length > 0 || type === undefined)) {
        type = word.toUpperCase();
        if (queries.length > 0 && queries.at(-1)!.type !== 'PTR')
          queries[queries.length - 1] = { name: queries.at(-1)!.name, type };
      } else queries.push({ name: word, type: type ?? 'A' });
    }
    if (queries.length === 0) queries.push({ name: '.', type: type ?? 'NS' });

    let address = server ?? resolverOf(process).nameservers[0]!;
    if (server !== undefined && !/^[\d.]+$/.test(server)) {
      const found = await serverAddress(process, server);
      if (!found) {
        process.stderr.write(`dig: couldn't get address for '${server}': not found\n`);
        return 1;
      }
      address = found;
    }
    let status = 0;
    for (const query of queries)
      status = Math.max(status, await lookUp(process, query, address, port, settings));
    return status;
  },
};

function setOption(settings: Settings, word: string): boolean {
  const [key = '', value] = word.split('=');
  const off = key.startsWith('no');
  const name = off ? key.slice(2) : key;
  const on = !off;
  switch (name) {
    case 'all':
      for (const each of ['comments', 'question', 'answer', 'authority', 'additional', 'stats'] as const)
        settings[each] = on;
      settings.cmd = on;
      return true;
    case 'short':
    case 'search':
    case 'tcp':
    case 'edns':
    case 'cmd':
    case 'comments':
    case 'question':
    case 'answer':
    case 'authority':
    case 'additional':
    case 'stats':
      settings[name] = on;
      return true;
    case 'vc':
      settings.tcp = on;
      return true;
    case 'time':
    case 'timeout':
      settings.timeMs = Math.max(1, Number(value)) * 1000;
      return true;
    case 'tries':
    case 'retry':
      settings.tries = Math.max(1, Number(value) + (name === 'retry' ? 1 : 0));
      return true;
    case 'ndots':
    case 'recurse':
    case 'rec':
    case 'dnssec':
    case 'cookie':
    case 'multiline':
    case 'ttlid':
    case 'class':
    case 'trace':
      return name !== 'trace';
    default:
      return false;
  }
}

async function lookUp(
  process: Process,
  query: Query,
  server: string,
  port: number | undefined,
  settings: Settings,
): Promise<number> {
  const names = settings.search
    ? searchNames(process, query.name)
    : [query.name.endsWith('.') ? query.name : `${query.name}.`];
  const head = `\n; <<>> DiG ${VERSIONS[process.machine.context.libc]} <<>> ${process.args.join(' ')}\n${process.args.some((word) => word.startsWith('@')) ? '; (1 server found)\n' : ''};; global options: +cmd\n`;
  let last: Asked | undefined;
  for (const name of names) {
    let asked: Asked | undefined;
    for (let attempt = 0; attempt < settings.tries; attempt++) {
      asked = await ask(process, {
        server,
        ...(port !== undefined && { port }),
        name,
        type: query.type as DnsType,
        timeoutMs: settings.timeMs,
        tcp: settings.tcp,
        edns: settings.edns,
      });
      if (asked.message) break;
      process.stdout.write(
        settings.tcp
          ? `;; Connection to ${server}#${port ?? 53}(${server}) for ${query.name} failed: ${asked.why}.\n`
          : `;; communications error to ${server}#${port ?? 53}: ${asked.why}\n`,
      );
    }
    last = asked;
    if (!asked?.message) {
      process.stdout.write(`${settings.cmd && !settings.short ? head : ''};; no servers could be reached\n`);
      return 9;
    }
    if (
      asked.message.rcode !== 'NXDOMAIN' &&
      (asked.message.answer.length > 0 || asked.message.rcode !== 'NOERROR')
    )
      break;
  }
  process.stdout.write(
    settings.short
      ? last!.message!.answer.map((record) => `${recordData(record)}\n`).join('')
      : (settings.cmd ? head : '') + answerText(process, last!, server, port, settings),
  );
  return 0;
}

function answerText(
  process: Process,
  { message, elapsedMs, size }: Asked,
  server: string,
  port: number | undefined,
  settings: Settings,
): string {
  const { question, answer, authority, additional, rcode, id, edns } = message!;
  let text = '';
  if (settings.comments) {
    const mdns = /\.local\.?$/i.test(question.name)
      ? ';; WARNING: .local is reserved for Multicast DNS\n;; You are currently testing what happens when an mDNS query is leaked to DNS\n'
      : '';
    text += `;; Got answer:\n${mdns};; ->>HEADER<<- opcode: QUERY, status: ${rcode}, id: ${id}\n;; flags: ${flagWords(message!)}; QUERY: 1, ANSWER: ${answer.length}, AUTHORITY: ${authority.length}, ADDITIONAL: ${additional.length + (edns ? 1 : 0)}\n${message!.recursionDesired && !message!.recursionAvailable ? ';; WARNING: recursion requested but not available\n' : ''}\n`;
    if (edns) text += `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: ${edns.udpSize}\n`;
  }
  const section = (name: string, lines: readonly string[], shown: boolean) => {
    if (!shown || lines.length === 0) return;
    text += `${settings.comments ? `;; ${name} SECTION:\n` : ''}${lines.join('\n')}\n${settings.comments ? '\n' : ''}`;
  };
  section('QUESTION', [questionLine(question)], settings.question);
  section('ANSWER', answer.map(recordLine), settings.answer);
  section('AUTHORITY', authority.map(recordLine), settings.authority);
  section('ADDITIONAL', additional.map(recordLine), settings.additional);
  if (settings.stats) {
    const when = new Date(Date.parse(process.session.cluster.timestamp())).toUTCString();
    const stamp = `${when.slice(0, 3)} ${when.slice(8, 11)} ${when.slice(5, 7)} ${when.slice(17, 25)} UTC ${when.slice(12, 16)}`;
    text += `;; Query time: ${Math.round(elapsedMs)} msec\n;; SERVER: ${server}#${port ?? 53}(${server}) (${settings.tcp ? 'TCP' : 'UDP'})\n;; WHEN: ${stamp}\n;; MSG SIZE  rcvd: ${size}\n\n`;
  }
  return text;
}
