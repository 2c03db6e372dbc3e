import type { Command, Process } from '../process.ts';
import { linkFlags, linkName } from './ip/links.ts';
import { netnsOf } from './netns.ts';

/** iproute2's `bridge`. */
export const bridgeCommand: Command = {
  name: 'bridge',
  group: 'network',
  usage: 'bridge [-d] (link | fdb) [show] [br BRIDGE] [dev PORT]',
  flags: [{ short: 'd', help: 'With more details' }],
  examples: ['ssh node-1 bridge link', 'ssh node-1 bridge fdb show br cni0'],
  run(process) {
    const details = process.args.some((word) => /^-d/.test(word));
    const [object = 'help', ...words] = process.args.filter((word) => !word.startsWith('-'));
    if ('link'.startsWith(object)) return link(process, words, details);
    if ('fdb'.startsWith(object)) return fdb(process, words);
    process.stderr.write(
      object === 'help'
        ? 'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { link | fdb }\n'
        : `Object "${object}" is unknown, try "bridge help".\n`,
    );
    return object === 'help' ? 255 : 1;
  },
};

function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at === -1 ? undefined : words[at + 1];
}

function link(process: Process, words: readonly string[], details: boolean): number {
  const device = after(words, 'dev');
  for (const one of netnsOf(process).links()) {
    if (!one.master || (device !== undefined && one.name !== device)) continue;
    process.stdout.write(
      `${one.index}: ${linkName(one)}: ${linkFlags(one)} mtu ${one.mtu} master ${one.master} state ${one.up ? 'forwarding' : 'disabled'} priority 32 cost 2 \n`,
    );
    if (details)
      process.stdout.write(
        `    hairpin ${one.hairpin ? 'on' : 'off'} guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off \n`,
      );
  }
  return 0;
}

function fdb(process: Process, words: readonly string[]): number {
  const bridge = after(words, 'br') ?? after(words, 'brport');
  const device = after(words, 'dev');
  for (const entry of netnsOf(process).fdb()) {
    if (
      (bridge !== undefined && entry.master !== bridge) ||
      (device !== undefined && entry.device !== device)
    )
      continue;
    const remote = entry.remote ? ` dst ${entry.remote} self` : '';
    const master = entry.master
      ? `${bridge === undefined || bridge !== entry.master ? '' : ''} master ${entry.master}`
      : '';
    process.stdout.write(
      `${entry.mac} dev ${entry.device}${remote}${master}${entry.permanent ? ' permanent' : ' '}\n`,
    );
  }
  return 0;
}

/** `brctl show`, of the older bridge-utils. */
export const brctlCommand: Command = {
  name: 'brctl',
  group: 'network',
  usage: 'brctl show',
  flags: [],
  examples: ['ssh node-1 brctl show'],
  run(process) {
    if (process.args[0] !== 'show') {
      process.stderr.write('Usage: brctl show\n');
      return 1;
    }
    const links = netnsOf(process).links();
    process.stdout.write('bridge name\tbridge id\t\tSTP enabled\tinterfaces\n');
    for (const bridge of links.filter(({ kind }) => kind === 'bridge')) {
      const ports = links.filter(({ master }) => master === bridge.name).map(({ name }) => name);
      process.stdout.write(
        `${bridge.name}\t\t8000.${bridge.mac.replaceAll(':', '')}\tno\t\t${ports[0] ?? ''}\n${ports
          .slice(1)
          .map((name) => `\t\t\t\t\t\t\t${name}\n`)
          .join('')}`,
      );
    }
    return 0;
  },
};
