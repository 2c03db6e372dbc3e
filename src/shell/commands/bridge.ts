import type { LinkView, Netns } from '../../engine/index.ts';
import type { Command, Process } from '../process.ts';
import { linkFlags, linkName } from './ip/links.ts';
import { netnsOf } from './netns.ts';

/** iproute2's `bridge`. */
export const bridgeCommand: Command = {
  name: 'bridge',
  group: 'network',
  usage: 'bridge [-d] (link | fdb | vlan) [show] [br BRIDGE] [dev PORT]',
  flags: [{ short: 'd', help: 'With more details' }],
  examples: ['ssh node-1 bridge link', 'ssh node-1 bridge fdb show br cni0'],
  run(process) {
    const details = process.args.some((word) => /^-d/.test(word));
    const [object = 'help', ...words] = process.args.filter((word) => !word.startsWith('-'));
    if ('link'.startsWith(object)) return link(process, words, details);
    if ('fdb'.startsWith(object)) return fdb(process, words);
    // No bridge here tells VLANs apart.
    if ('vlan'.startsWith(object)) {
      process.stdout.write('port              vlan-id  \n');
      return 0;
    }
    process.stderr.write(
      object === 'help'
        ? 'Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { link | fdb | vlan }\n'
        : `Object "${object}" is unknown, try "bridge help".\n`,
    );
    return 255;
  },
};

function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at === -1 ? undefined : words[at + 1];
}

/** `bridge` looks the other end's number up in its own namespace: `veth1@eth0`, for the pod's card is number 2, as eth0 is here. */
function portName(netns: Netns, one: LinkView): string {
  const same = netns.links().find(({ index }) => index === one.peer?.index);
  return same ? `${one.name}@${same.name}` : linkName(one);
}

function link(process: Process, words: readonly string[], details: boolean): number {
  const device = after(words, 'dev');
  for (const one of netnsOf(process).links()) {
    if (!one.master || (device !== undefined && one.name !== device)) continue;
    process.stdout.write(
      `${one.index}: ${portName(netnsOf(process), one)}: ${linkFlags(one)} mtu ${one.mtu} master ${one.master} state ${one.up ? 'forwarding' : 'disabled'} priority 32 cost 2 \n`,
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
  const netns = netnsOf(process);
  const links = netns.links();
  const entries = netns.fdb();
  for (const one of links) {
    if (one.kind === 'loopback' || (device !== undefined && one.name !== device)) continue;
    const ofBridge = one.kind === 'bridge' ? one.name : one.master;
    if (bridge !== undefined && ofBridge !== bridge && one.name !== bridge) continue;
    const own = entries.filter((entry) => entry.device === one.name);
    // Groups that every card listens to: all hosts, and for bridges all snoopers.
    const groups = one.kind === 'bridge' ? BRIDGE_GROUPS : one.master ? PORT_GROUPS : CARD_GROUPS;
    const groupLines =
      one.kind === 'vxlan' ? [] : groups.map((mac) => `${mac} dev ${one.name} self permanent`);
    const entryLines = own.map((entry) => {
      const remote = entry.remote ? ` dst ${entry.remote} self` : '';
      const master = entry.master ? ` master ${entry.master}` : '';
      return `${entry.mac} dev ${entry.device}${remote}${master} ${entry.permanent ? 'permanent' : ''}`;
    });
    const lines = one.kind === 'bridge' ? [...groupLines, ...entryLines] : [...entryLines, ...groupLines];
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }
  return 0;
}

const CARD_GROUPS = ['01:00:5e:00:00:01'];
const PORT_GROUPS = ['33:33:00:00:00:01', '01:00:5e:00:00:01'];
const BRIDGE_GROUPS = ['33:33:00:00:00:01', '01:00:5e:00:00:6a', '33:33:00:00:00:6a', '01:00:5e:00:00:01'];

/** `brctl show`, of the older bridge-utils. */
export const brctlCommand: Command = {
  name: 'brctl',
  group: 'network',
  usage: 'brctl (show | showmacs BRIDGE)',
  flags: [],
  examples: ['ssh node-1 brctl show', 'ssh node-1 brctl showmacs cni0'],
  run(process) {
    const [verb, name] = process.args;
    if (verb === 'showmacs') return showMacs(process, name);
    if (verb !== 'show') {
      process.stderr.write(
        verb === undefined
          ? 'Usage: brctl [commands]\n'
          : `never heard of command [${verb}]\nUsage: brctl [commands]\n`,
      );
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

function showMacs(process: Process, name: string | undefined): number {
  const netns = netnsOf(process);
  if (name === undefined) {
    process.stderr.write(
      'Incorrect number of arguments for command\nUsage: brctl showmacs <bridge>\t\tshow a list of mac addrs\n',
    );
    return 1;
  }
  if (!netns.links().some((link) => link.name === name && link.kind === 'bridge')) {
    process.stderr.write(
      `read of forward table failed: ${netns.links().some((link) => link.name === name) ? 'Operation not supported' : 'No such device'}\n`,
    );
    return 1;
  }
  const ports = netns.links().filter(({ master }) => master === name);
  const rows = netns
    .fdb()
    .filter((entry) => entry.master === name && entry.device !== name)
    .map((entry) => ({ ...entry, number: ports.findIndex((port) => port.name === entry.device) + 1 }))
    .sort((a, b) => (a.mac < b.mac ? -1 : 1));
  process.stdout.write('port no\tmac addr\t\tis local?\tageing timer\n');
  for (const { mac, number, permanent, ageMs = 0 } of rows)
    process.stdout.write(
      `${String(number).padStart(3)}\t${mac}\t${permanent ? 'yes' : 'no'}\t\t${(permanent ? 0 : ageMs / 1000).toFixed(2).padStart(7)}\n`,
    );
  return 0;
}
