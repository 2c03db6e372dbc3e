import { type DnsRecord, type DnsType, recordData } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { isBusybox } from './busybox.ts';
import { type Asked, ask, resolverOf, searchNames, serverAddress } from './dns/ask.ts';
import { isAddress, reverseName } from './dns/record-text.ts';

/** BIND's `nslookup`, or busybox's in musl images: both layouts were recorded from the real ones. */
export const nslookupCommand: Command = {
  name: 'nslookup',
  group: 'network',
  usage: 'nslookup [-type=TYPE] NAME [SERVER]',
  flags: [{ name: 'type', value: 'TYPE', help: 'Type of record' }],
  examples: [
    'nslookup hello-service.hello-namespace',
    'nslookup kubernetes.default.svc.cluster.local 100.64.0.10',
    'nslookup -type=srv _http._tcp.hello.default.svc.cluster.local',
  ],
  arguments: ['address'],
  async run(process) {
    const options = process.args.filter((word) => word.startsWith('-'));
    const [name, serverWord] = process.args.filter((word) => !word.startsWith('-'));
    const value = (key: string) => options.find((word) => word.startsWith(`-${key}=`))?.split('=')[1];
    const type = (value('type') ?? value('query') ?? value('q'))?.toUpperCase();
    if (name === undefined) {
      process.stderr.write('nslookup: a name is needed here: the interactive mode is not simulated\n');
      return 1;
    }
    const busybox = isBusybox(process);
    let server = resolverOf(process).nameservers[0]!;
    if (serverWord !== undefined) {
      const found = await serverAddress(process, serverWord);
      if (!found) {
        process.stderr.write(`nslookup: couldn't get address for '${serverWord}': not found\n`);
        return 1;
      }
      server = found;
    }
    const timeoutMs = Number(value('timeout') ?? 5) * 1000;
    const settings = {
      server,
      timeoutMs,
      tries: Math.max(1, Number(value('retry') ?? 3)),
      given: serverWord !== undefined,
    };
    return busybox ? lookUpBusybox(process, name, type, settings) : lookUpBind(process, name, type, settings);
  },
};

interface Settings {
  readonly server: string;
  readonly timeoutMs: number;
  readonly tries: number;
  /** The server was named on the command line. */
  readonly given: boolean;
}

/** Asks again while nobody answers; what went wrong is printed as it goes. */
async function insist(
  process: Process,
  name: string,
  type: DnsType,
  { server, timeoutMs, tries, given }: Settings,
): Promise<Asked> {
  let asked = await ask(process, { server, name, type, timeoutMs });
  for (let attempt = 1; !asked.message && attempt < tries; attempt++) {
    process.stdout.write(`;; communications error to ${server}#53: ${asked.why}\n`);
    asked = await ask(process, { server, name, type, timeoutMs });
  }
  if (!asked.message) process.stdout.write(`;; communications error to ${server}#53: ${asked.why}\n`);
  else if (!asked.message.recursionAvailable && !given)
    process.stdout.write(`;; Got recursion not available from ${server}\n`);
  return asked;
}

async function lookUpBind(
  process: Process,
  name: string,
  type: string | undefined,
  settings: Settings,
): Promise<number> {
  const reverse = isAddress(name) && type === undefined;
  const types = (reverse ? ['PTR'] : type ? [type] : ['A', 'AAAA']) as DnsType[];
  const names = reverse ? [reverseName(name)] : searchNames(process, name);
  for (const [index, candidate] of names.entries()) {
    const first = await insist(process, candidate, types[0]!, settings);
    if (!first.message) {
      process.stdout.write(';; no servers could be reached\n\n');
      return 1;
    }
    const { message } = first;
    const empty =
      message.rcode === 'NXDOMAIN' ||
      (message.rcode === 'NOERROR' && message.answer.length === 0 && types.length === 1);
    if (empty && index < names.length - 1) continue;
    if (message.rcode === 'SERVFAIL') process.stdout.write(`;; Got SERVFAIL reply from ${settings.server}\n`);
    const shown = candidate.replace(/\.$/, '');
    if (!reverse) process.stdout.write(`Server:\t\t${settings.server}\nAddress:\t${settings.server}#53\n\n`);
    if (message.rcode !== 'NOERROR') {
      process.stdout.write(
        `** server can't find ${name.endsWith('.') ? shown : reverse ? shown : index === names.length - 1 && names.length > 1 ? name : shown}: ${message.rcode}\n\n`,
      );
      return 1;
    }
    const records = message.answer;
    const plain = types.length === 1;
    if (records.length > 0 && !message.authoritative) process.stdout.write('Non-authoritative answer:\n');
    process.stdout.write(records.map(recordText).join(''));
    const second = types[1] && (await insist(process, records.at(-1)?.name ?? candidate, types[1], settings));
    const more = (second ? second.message?.answer : [])?.filter(({ type: kind }) => kind === 'AAAA') ?? [];
    process.stdout.write(more.map(recordText).join(''));
    process.stdout.write(records.length + more.length === 0 ? `*** Can't find ${name}: No answer\n\n` : '\n');
    return plain && records.length === 0 ? 1 : 0;
  }
  return 1;
}

function recordText(record: DnsRecord): string {
  const name = record.name.replace(/\.$/, '');
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return `Name:\t${name}\nAddress: ${record.address}\n`;
    case 'CNAME':
      return `${name}\tcanonical name = ${record.target}\n`;
    case 'PTR':
      return `${name}\tname = ${record.target}\n`;
    case 'SRV':
      return `${name}\tservice = ${recordData(record)}\n`;
    case 'TXT':
      return `${name}\ttext = ${recordData(record)}\n`;
    case 'NS':
      return `${name}\tnameserver = ${record.target}\n`;
    case 'MX':
      return `${name}\tmail exchanger = ${recordData(record)}\n`;
    case 'SOA':
      return `${name}\n\torigin = ${record.mname}\n\tmail addr = ${record.rname}\n\tserial = ${record.serial}\n\trefresh = ${record.refresh}\n\tretry = ${record.retry}\n\texpire = ${record.expire}\n\tminimum = ${record.minimum}\n`;
  }
}

/** busybox asks for A and AAAA of each name at once, and uses the search list only for names with few dots. */
async function lookUpBusybox(
  process: Process,
  name: string,
  type: string | undefined,
  settings: Settings,
): Promise<number> {
  const reverse = isAddress(name);
  const types = (reverse ? ['PTR'] : type ? [type] : ['A', 'AAAA']) as DnsType[];
  const names = reverse
    ? [reverseName(name)]
    : name.endsWith('.') || name.includes('.')
      ? [name.endsWith('.') ? name : `${name}.`]
      : searchNames(process, name).slice(0, -1);
  // All names and types are asked for first, and printed once somebody has answered.
  const answers: { readonly name: string; readonly message: NonNullable<Asked['message']> }[] = [];
  for (const kind of types) {
    for (const candidate of names) {
      let asked: Asked | undefined;
      for (let attempt = 0; attempt < 2 && !asked?.message; attempt++)
        asked = await ask(process, {
          server: settings.server,
          name: candidate,
          type: kind,
          timeoutMs: settings.timeoutMs,
        });
      if (!asked?.message) {
        process.stdout.write(';; connection timed out; no servers could be reached\n\n');
        return 1;
      }
      answers.push({ name: candidate.replace(/\.$/, ''), message: asked.message });
    }
  }
  process.stdout.write(`Server:\t\t${settings.server}\nAddress:\t${settings.server}:53\n\n`);
  for (const { name: candidate, message } of answers)
    process.stdout.write(
      message.rcode === 'NOERROR'
        ? `${message.answer.map((record) => recordText(record).replace(/\.\n$/, '\n')).join('')}\n`
        : `** server can't find ${candidate}: ${message.rcode}\n\n`,
    );
  return answers.some(({ message }) => message.rcode !== 'NOERROR') ? 1 : 0;
}
