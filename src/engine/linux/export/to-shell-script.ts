import type { Network } from '../create-network.ts';
import type { Netns } from '../netns.ts';
import type { LinkView } from '../netns-views.ts';
import { SERVER_PROGRAM } from './server-program.ts';

export interface ShellScriptOptions {
  /** Every namespace's name begins with it: `hop` makes `hop-node-1`. Default hop. */
  readonly prefix?: string;
  /** One line each, for the script's head. */
  readonly about?: readonly string[];
}

/** A file's name has no more bytes than this, and a namespace is a file in /run/netns. */
const LONGEST_NAME = 255;

/** A namespace's name outside: `default/web` -> `hop-default.web`. One that is too long ends in a number made of it. */
export function realName(prefix: string, netns: string): string {
  const name = `${prefix}-${netns.replaceAll('/', '.')}`;
  if (name.length <= LONGEST_NAME) return name;
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return `${name.slice(0, LONGEST_NAME - 11)}-${hash.toString().padStart(10, '0')}`;
}

/**
 * Writes a shell script that builds the same network on a Linux machine: namespaces, cables, bridges, addresses,
 * routes, sysctls, the very iptables rules, and a small server on every listening socket. The script needs root,
 * iproute2, iptables (ipset, if there are sets) and Python 3, and takes everything down again by name, also what there
 * is of it when something fails.
 *
 *     lab.sh up                    build it
 *     lab.sh exec NAME COMMAND …   run a command in a machine or a pod: lab.sh exec default/web curl …
 *     lab.sh list                  the machines and pods
 *     lab.sh down                  take it away
 */
export function toShellScript(
  network: Network,
  { prefix = 'hop', about = [] }: ShellScriptOptions = {},
): string {
  const machines = network.namespaces().map((name) => network.netns(name)!);
  const real = (netns: string) => realName(prefix, netns);
  const segments = [
    ...new Set(machines.flatMap((machine) => machine.links().flatMap(({ segment }) => segment ?? []))),
  ];
  const tools = ['ip', 'iptables-restore', 'python3'];
  if (machines.some((machine) => machine.ipsets().length > 0)) tools.push('ipset');
  if (machines.some((machine) => machine.nftList() !== '')) tools.push('nft');
  const parts = [
    ...segments.map((segment) => buildSegment(segment, machines, real)),
    ...machines.map((machine) => buildLinks(machine, machines, real)),
    ...machines.map((machine) => buildRest(machine, real)),
  ].filter((part) => part !== '');
  if (machines.some((machine) => machine.nftList() !== '')) tools.push('nft');
  return `#!/bin/sh
${about.map((line) => `# ${line.replaceAll(/\p{Cc}+/gu, ' ')}\n`).join('')}# Usage (as root): ${'$'}0 up | down | list | exec NAME COMMAND...
set -eu

# Each machine and pod, and the network namespace that it is here.
MACHINES='${machines.map(({ name }) => `${name} ${real(name)}`).join('\n')}'

# The switches that join machines, one for each network between them.
SWITCHES='${segments.map((segment) => real(`wire-${segment}`)).join('\n')}'

namespaces() { echo "$MACHINES" | cut -d ' ' -f 2; echo "$SWITCHES"; }

fail() { echo "$0: $1" >&2; exit 1; }

# Runs a command in a namespace.
in_machine() { machine=$1; shift; ip netns exec "$machine" "$@"; }

# Writes kernel settings, and says which of them this kernel lacks: settings NAMESPACE PATH=VALUE...
settings() {
  machine=$1
  shift
  in_machine "$machine" sh -c '
    for each; do
      ( echo "\${each#*=}" > "/proc/sys/\${each%%=*}" ) 2>/dev/null || echo "$0: this kernel has no $each" >&2
    done' "$machine" "$@"
}

# Starts a server on each of the sockets that are named, and comes back when they listen: serve NAMESPACE NAME SOCKET...
serve() { machine=$1; shift; in_machine "$machine" python3 -c "$SERVER" "$@" </dev/null & }

SERVER='${SERVER_PROGRAM.replaceAll("'", `'"'"'`)}'

up() {
  [ "$(id -u)" = 0 ] || fail 'only root may make network namespaces'
  for tool in ${tools.join(' ')}; do
    command -v "$tool" >/dev/null || fail "$tool is not installed"
  done
  for machine in $(namespaces); do
    [ ! -e "/run/netns/$machine" ] || fail "there is a namespace $machine already: $0 down takes it away"
  done
  modprobe br_netfilter 2>/dev/null || true
  # Whatever fails from here on, nothing is left behind.
  trap down EXIT
  trap 'exit 130' INT TERM
  for machine in $(namespaces); do ip netns add "$machine"; done

${parts.join('\n')}
  # Until all servers listen.
  wait
  trap - EXIT INT TERM
}

down() {
  for machine in $(namespaces); do
    for process in $(ip netns pids "$machine" 2>/dev/null); do kill "$process" 2>/dev/null || true; done
    ip netns del "$machine" 2>/dev/null || true
  done
}

case "\${1:-}" in
  up) up ;;
  down) down ;;
  list) echo "$MACHINES" | cut -d ' ' -f 1 ;;
  exec)
    [ $# -ge 3 ] || fail 'which machine, and what command? exec NAME COMMAND...'
    machine=$(echo "$MACHINES" | while read -r name real; do [ "$name" != "$2" ] || echo "$real"; done)
    [ -n "$machine" ] || fail "there is no machine or pod $2: $0 list"
    shift 2
    ip netns exec "$machine" "$@"
    ;;
  *) sed -n '2,/^set/s/^# //p' "$0"; exit 2 ;;
esac
`;
}

/** A switch in a namespace of its own; the cards on it are made later, as the far ends of cables. */
function buildSegment(segment: string, machines: readonly Netns[], real: (name: string) => string): string {
  const wire = real(`wire-${segment}`);
  const cards = machines.flatMap((machine) =>
    machine
      .links()
      .filter((link) => link.segment === segment)
      .map((link) => ({ machine, link })),
  );
  return batch(`the network "${segment}"`, wire, [
    'link add name switch type bridge',
    'link set switch up',
    ...cards.flatMap(({ machine, link }, place) => [
      `link add name port${place + 1} mtu ${link.mtu} type veth peer name ${link.name} index ${link.index} address ${link.mac} mtu ${link.mtu} netns ${real(machine.name)}`,
      `link set port${place + 1} master switch up`,
    ]),
  ]);
}

function buildLinks(machine: Netns, machines: readonly Netns[], real: (name: string) => string): string {
  // The same numbers as here, so that `eth0@if4` is the same cable.
  const add = ({ name, index }: LinkView) => `link add name ${name} index ${index}`;
  const made = (link: LinkView): string[] => {
    switch (link.kind) {
      case 'bridge':
      case 'dummy':
        return [`${add(link)} address ${link.mac} mtu ${link.mtu} type ${link.kind}`];
      // What goes out here is lost: a switch with nobody on it, whom nobody is asked for.
      case 'uplink':
        return [`${add(link)} type bridge`, `link set ${link.name} arp off`];
      case 'vxlan': {
        const { vni, local, port } = link.vxlan!;
        return [
          `${add(link)} address ${link.mac} mtu ${link.mtu} type vxlan id ${vni} local ${local} dstport ${port} nolearning`,
        ];
      }
      case 'veth': {
        const { peer } = link;
        // Each cable is made once, from the end whose machine comes first.
        if (
          !peer ||
          order(peer.netns) < order(machine.name) ||
          (peer.netns === machine.name && peer.index < link.index)
        )
          return [];
        const far = machines
          .find(({ name }) => name === peer.netns)!
          .links()
          .find(({ name }) => name === peer.device)!;
        return [
          `${add(link)} address ${link.mac} mtu ${link.mtu} type veth peer name ${far.name} index ${far.index} address ${far.mac} mtu ${far.mtu} netns ${real(peer.netns)}`,
        ];
      }
      case 'loopback':
      case 'ethernet':
        return [];
    }
  };
  const order = (name: string) => machines.findIndex((other) => other.name === name);
  const lines = machine.links().flatMap(made);
  return lines.length > 0 ? batch(`${machine.name}: cables and bridges`, real(machine.name), lines) : '';
}

function buildRest(machine: Netns, real: (name: string) => string): string {
  const name = real(machine.name);
  const links = machine.links();
  const lines = [
    ...links.flatMap((link) =>
      link.master
        ? [
            `link set ${link.name} master ${link.master}`,
            `link set ${link.name} type bridge_slave hairpin ${link.hairpin ? 'on' : 'off'}`,
          ]
        : [],
    ),
    ...links.filter(({ up }) => up).map((link) => `link set ${link.name} up`),
    ...machine
      .addresses()
      .filter(({ device }) => device !== 'lo')
      .map(
        ({ address, length, device, scope }) =>
          `address add ${address}/${length} dev ${device}${scope === 'global' ? '' : ` scope ${scope}`} noprefixroute`,
      ),
    // A route by way of a gateway needs the route to the gateway.
    ...[...machine.routes()]
      .sort((a, b) => Number(a.via !== undefined) - Number(b.via !== undefined))
      // The text of a route with several next hops has several lines.
      .map((route) => `route add ${route.text.replaceAll(/\s+/g, ' ')}`),
    ...machine
      .neighbours()
      .filter(({ state }) => state === 'PERMANENT')
      .map(({ address, mac, device }) => `neigh add ${address} lladdr ${mac} dev ${device} nud permanent`),
  ];
  const parts = [batch(`${machine.name}: addresses and routes`, name, lines)];
  for (const { mac, device, remote } of machine.fdb()) {
    if (remote) parts.push(`  bridge -n ${name} fdb append ${mac} dev ${device} dst ${remote}\n`);
  }
  parts.push(`  settings ${name} ${sysctls(machine)}\n`);
  const sets = machine.ipsets();
  if (sets.length > 0) {
    const text = sets.flatMap((set) => [
      `create ${set.name} ${set.type}`,
      ...[...set.entries].map((entry) => `add ${set.name} ${entry}`),
    ]);
    parts.push(`  in_machine ${name} ipset restore <<'EOF'\n${text.join('\n')}\nEOF\n`);
  }
  const nft = machine.nftList();
  if (nft) parts.push(`  in_machine ${name} nft -f - <<'EOF'\n${nft}EOF\n`);
  const rules = machine.iptablesSave();
  if (rules) parts.push(`  in_machine ${name} iptables-restore <<'EOF'\n${rules}EOF\n`);
  const ruleset = machine.nftList();
  if (ruleset) parts.push(`  in_machine ${name} nft -f - <<'EOF'\n${ruleset}EOF\n`);
  const sockets = machine.sockets().filter(({ state }) => state !== 'ESTAB');
  if (sockets.length > 0)
    parts.push(
      `  serve ${name} '${machine.name}' ${sockets.map(({ protocol, address, port, packetInfo }) => `${protocol}:${address}:${port}${packetInfo ? ':pktinfo' : ''}`).join(' ')}\n`,
    );
  return parts.join('');
}

/** Of the sysctls, those of IPv4 and bridges; a machine here has no IPv6. */
function sysctls(machine: Netns): string {
  const values = [['net.ipv6.conf.all.disable_ipv6', '1'] as const, ...machine.sysctls()];
  return values.map(([name, value]) => `${path(name)}=${value}`).join(' ');
}

/** Dots part the words of a sysctl's name, but for those in a device's own: `conf.flannel.1.rp_filter`. */
function path(name: string): string {
  const match = /^(net\.ipv4\.(?:conf|neigh))\.(.+)\.([a-z_]+)$/.exec(name);
  return match ? `${match[1]!.replaceAll('.', '/')}/${match[2]}/${match[3]}` : name.replaceAll('.', '/');
}

function batch(about: string, netns: string, lines: readonly string[]): string {
  return `  # ${about}\n  ip -n ${netns} -batch - <<'EOF'\n${lines.join('\n')}\nEOF\n`;
}
