import type { Netns } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { isBusybox } from './busybox.ts';
import { busyboxIp } from './ip/busybox.ts';
import { addressLines, linkFlags, linkLines, linkName, linkState } from './ip/links.ts';
import { ipNeighbour } from './ip/neighbour.ts';
import { ipNetns } from './ip/netns.ts';
import { ipRoute } from './ip/route.ts';
import { mayConfigure, netnsOf } from './netns.ts';

interface Options {
  readonly brief: boolean;
  readonly details: boolean;
  readonly oneline: boolean;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** iproute2's `ip`, 6.1: what it prints was recorded in real namespaces. IPv6 is not simulated, so its lines are missing. */
export const ipCommand: Command = {
  name: 'ip',
  group: 'network',
  usage: 'ip [-br] [-d] [-o] OBJECT [COMMAND]',
  flags: [
    { name: 'brief', short: 'b', help: 'A line for each' },
    { name: 'details', short: 'd', help: 'With more details' },
    { name: 'oneline', short: 'o', help: 'All on one line' },
    { short: '4', help: 'IPv4' },
  ],
  examples: [
    'ip addr',
    'ip -br link',
    'ip route',
    'ip route get 100.96.2.3',
    'ip neigh',
    'ip addr show dev cni0',
  ],
  run(process) {
    if (isBusybox(process)) return busyboxIp(process);
    let at = 0;
    let options: Options = { brief: false, details: false, oneline: false, ipv4: false, ipv6: false };
    for (; at < process.args.length && process.args[at]!.startsWith('-'); at++) {
      const flag = process.args[at]!.replace(/^-+/, '');
      if (flag !== '' && 'brief'.startsWith(flag) && flag.length > 1) options = { ...options, brief: true };
      else if (flag !== '' && 'details'.startsWith(flag)) options = { ...options, details: true };
      else if (flag !== '' && 'oneline'.startsWith(flag)) options = { ...options, oneline: true };
      else if (flag === '4') options = { ...options, ipv4: true };
      else if (flag === '6') options = { ...options, ipv6: true };
      else if (flag === 'V' || flag === 'Version') {
        process.stdout.write('ip utility, iproute2-6.1.0\n');
        return 0;
      } else if (!/^(?:c|color(=\w+)?|s|stats|n|N|h|human)$/.test(flag)) {
        process.stderr.write(`Option "-${flag}" is unknown, try "ip -help".\n`);
        return 255;
      }
    }
    const [object, ...words] = process.args.slice(at);
    if (object === undefined || object === 'help') {
      process.stderr.write(
        'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | neighbour | netns | route | rule }\n       OPTIONS := { -brief | -details | -oneline | -4 }\n',
      );
      return 255;
    }
    const is = (name: string, least: number) => object.length >= least && name.startsWith(object);
    if (options.ipv6) return 0;
    if (is('address', 1)) return address(process, words, options);
    if (is('link', 1)) return link(process, words, options);
    if (is('route', 1)) return ipRoute(process, words);
    if (is('neighbour', 1) || is('neighbor', 1)) return ipNeighbour(process, words);
    if (is('rule', 2)) return rule(process);
    if (is('netns', 3)) return ipNetns(process, words);
    process.stderr.write(`Object "${object}" is unknown, try "ip help".\n`);
    return 1;
  },
};

/** The device that words such as `show dev eth0`, `show eth0`, `dev eth0` name; an exit status when there is none. */
function selected(
  process: Process,
  words: readonly string[],
  object: string,
): { readonly device?: string; readonly verb: string; readonly filters: readonly string[] } | number {
  const known = ['show', 'list', 'lst', 'ls', 'add', 'delete', 'del', 'set', 'flush', 'get', 'replace'];
  const [first] = words;
  const verb =
    first === undefined
      ? 'show'
      : (known.find((one) => one === first) ??
        known.find((one) => one.startsWith(first) && first.length > 0));
  if (first !== undefined && verb === undefined && first !== 'dev' && first !== 'up') {
    process.stderr.write(`Command "${first}" is unknown, try "ip ${object} help".\n`);
    return 255;
  }
  const rest =
    verb !== undefined && first !== undefined && first !== 'dev' && first !== 'up' ? words.slice(1) : words;
  const filters: string[] = [];
  let device: string | undefined;
  for (let at = 0; at < rest.length; at++) {
    if (rest[at] === 'dev') device = rest[++at];
    else if (['up', 'permanent'].includes(rest[at]!)) filters.push(rest[at]!);
    else if (['scope', 'type', 'master', 'nud', 'to'].includes(rest[at]!))
      filters.push(rest[at]!, rest[++at] ?? '');
    else device ??= rest[at];
  }
  return { ...(device !== undefined && { device }), verb: verb ?? 'show', filters };
}

/** A container's /run/netns is empty. */
function isHost(process: Process): boolean {
  return process.machine.kind !== 'container';
}

function isShow(verb: string): boolean {
  return verb === 'show' || verb === 'list' || verb === 'ls' || verb === 'lst';
}

function linksFor(process: Process, netns: Netns, device: string | undefined, filters: readonly string[]) {
  const links = netns.links();
  if (device !== undefined && !links.some(({ name }) => name === device)) {
    process.stderr.write(`Device "${device}" does not exist.\n`);
    return undefined;
  }
  const value = (name: string) => (filters.includes(name) ? filters[filters.indexOf(name) + 1] : undefined);
  return links.filter(
    (one) =>
      (device === undefined || one.name === device) &&
      (!filters.includes('up') || one.up) &&
      (value('type') === undefined || one.kind === value('type')) &&
      (value('master') === undefined || one.master === value('master')),
  );
}

function address(process: Process, words: readonly string[], options: Options): number {
  const asked = selected(process, words, 'address');
  if (typeof asked === 'number') return asked;
  const netns = netnsOf(process);
  if (!isShow(asked.verb)) return configureAddress(process, netns, words);
  const links = linksFor(process, netns, asked.device, asked.filters);
  if (!links) return 1;
  const all = netns.addresses();
  for (const one of links) {
    const own = all.filter(({ device }) => device === one.name);
    if (options.brief)
      process.stdout.write(
        `${linkName(one).padEnd(16)} ${linkState(one).padEnd(14)} ${own.map(({ address: ip, length }) => `${ip}/${length} `).join('')}\n`,
      );
    else if (options.oneline)
      process.stdout.write(
        own
          .map(
            (each) =>
              `${one.index}: ${one.name}    ${addressLines(each).trim().replace(/\n\s*/, '\\       ')}\n`,
          )
          .join(''),
      );
    else
      process.stdout.write(
        linkLines(one, { mode: false, details: options.details, host: isHost(process), bare: options.ipv4 }) +
          own.map(addressLines).join(''),
      );
  }
  return 0;
}

function configureAddress(process: Process, netns: Netns, words: readonly string[]): number {
  if (!mayConfigure(process)) return refuse(process);
  const deletes = words[0]!.startsWith('d');
  const rest = words.slice(1).filter((word) => word !== 'local');
  const device = rest.includes('dev') ? rest[rest.indexOf('dev') + 1] : undefined;
  const cidr = rest.find(
    (word, index) =>
      !['dev', 'scope', 'brd', 'broadcast', 'label'].includes(word) &&
      !['dev', 'scope', 'brd', 'broadcast', 'label'].includes(rest[index - 1] ?? ''),
  );
  if (words[0]!.startsWith('f') && device !== undefined) {
    for (const one of netns.addresses().filter((each) => each.device === device))
      netns.deleteAddress(device, `${one.address}/${one.length}`);
    return 0;
  }
  if (cidr !== undefined && !/^\d+(?:\.\d+){3}(?:\/\d+)?$/.test(cidr)) {
    process.stderr.write(`Error: any valid prefix is expected rather than "${cidr}".\n`);
    return 1;
  }
  if (cidr === undefined || device === undefined) {
    process.stderr.write('Not enough information: "dev" argument is required.\n');
    return 1;
  }
  if (!netns.links().some(({ name }) => name === device)) {
    process.stderr.write(`Cannot find device "${device}"\n`);
    return 1;
  }
  const full = cidr.includes('/') ? cidr : `${cidr}/32`;
  const scope = rest.includes('scope') ? (rest[rest.indexOf('scope') + 1] as 'global') : undefined;
  const result = deletes
    ? netns.deleteAddress(device, full)
    : netns.addAddress(device, full, scope ? { scope } : {});
  if (result.ok) return 0;
  const message =
    result.errno === 'EEXIST'
      ? 'Error: ipv4: Address already assigned.'
      : result.errno === 'EADDRNOTAVAIL'
        ? 'Error: ipv4: Address not found.'
        : result.message;
  process.stderr.write(`${message}\n`);
  return 2;
}

function link(process: Process, words: readonly string[], options: Options): number {
  const asked = selected(process, words, 'link');
  if (typeof asked === 'number') return asked;
  const netns = netnsOf(process);
  if (!isShow(asked.verb)) return configureLink(process, netns, words, asked.device);
  const links = linksFor(process, netns, asked.device, asked.filters);
  if (!links) return 1;
  for (const one of links) {
    if (options.brief)
      process.stdout.write(
        `${linkName(one).padEnd(16)} ${linkState(one).padEnd(14)} ${one.mac} ${linkFlags(one)} \n`,
      );
    else if (options.oneline)
      process.stdout.write(
        linkLines(one, { mode: true, details: options.details, host: isHost(process) }).replace(
          /\n\s+/g,
          '\\    ',
        ),
      );
    else
      process.stdout.write(linkLines(one, { mode: true, details: options.details, host: isHost(process) }));
  }
  return 0;
}

/** `ip link add [name] NAME type bridge|dummy|veth …`. */
function addLink(process: Process, netns: Netns, words: readonly string[]): number {
  const rest = words.filter((word) => word !== 'name' && word !== 'dev');
  const name = rest[0] === 'type' ? undefined : rest[0];
  const type = rest.includes('type') ? rest[rest.indexOf('type') + 1] : undefined;
  if (type === undefined || name === undefined) {
    process.stderr.write('Not enough information: "type" argument is required\n');
    return 255;
  }
  if (type === 'veth') {
    const peer = words.includes('peer')
      ? words.slice(words.indexOf('peer') + 1).filter((word) => word !== 'name')[0]
      : `${name}p`;
    const own = netns.name;
    return answer(
      process,
      process.session.cluster.network.addVeth({ netns: own, name }, { netns: own, name: peer ?? `${name}p` }),
    );
  }
  if (type !== 'bridge' && type !== 'dummy') {
    process.stderr.write(`Error: Unknown device type.\n`);
    return 2;
  }
  return answer(process, netns.addLink(name, { kind: type }));
}

/** `ip link set DEVICE up|down|mtu N`, `ip link del DEVICE`: what an exercise breaks and mends. */
function configureLink(
  process: Process,
  netns: Netns,
  words: readonly string[],
  device: string | undefined,
): number {
  if (!mayConfigure(process)) return refuse(process);
  if (words[0]!.startsWith('a')) return addLink(process, netns, words.slice(1));
  if (device === undefined) {
    process.stderr.write('Not enough of information: "dev" argument is required.\n');
    return 255;
  }
  if (!netns.links().some(({ name }) => name === device)) {
    process.stderr.write(`Cannot find device "${device}"\n`);
    return 1;
  }
  if (words[0]!.startsWith('d')) return answer(process, netns.deleteLink(device));
  if (!words[0]!.startsWith('s')) {
    process.stderr.write(
      `${process.session.say({ id: 'shell.not-simulated', values: { command: `ip link ${words[0]}` } })}\n`,
    );
    return 1;
  }
  const mtu = words.includes('mtu') ? Number(words[words.indexOf('mtu') + 1]) : undefined;
  const up = words.includes('up') ? true : words.includes('down') ? false : undefined;
  const master = words.includes('nomaster')
    ? null
    : words.includes('master')
      ? words[words.indexOf('master') + 1]
      : undefined;
  return answer(
    process,
    netns.setLink(device, {
      ...(up !== undefined && { up }),
      ...(mtu !== undefined && { mtu }),
      ...(master !== undefined && { master }),
    }),
  );
}

function rule(process: Process): number {
  process.stdout.write(
    '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n',
  );
  return 0;
}

function refuse(process: Process): number {
  process.stderr.write('RTNETLINK answers: Operation not permitted\n');
  return 2;
}

function answer(
  process: Process,
  result: { readonly ok: true } | { readonly ok: false; readonly message: string },
): number {
  if (result.ok) return 0;
  process.stderr.write(`${result.message}\n`);
  return 2;
}
