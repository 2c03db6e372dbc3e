/**
 * Records what real Linux tools print in the engine's own network, built for real in network namespaces (as root, on
 * Debian 12): `npm exec -- node test/golden/record/record-tools.ts`, with the packages that TOOLS names installed.
 * Web servers and a name server answer there as the simulated ones do. Writes `records/linux-tools.json`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realName, toShellScript } from '../../../src/engine/index.ts';
import { labCluster } from '../support/tool-lab.ts';
import { MANIFEST, type Place, type Recorded, type Step, type Transcripts } from './lab.ts';
import { SERVERS } from './servers.ts';
import { STEPS } from './steps.ts';

const PREFIX = 'hoprec';
const TARGET = join(import.meta.dirname, '../records/linux-tools.json');
const only = process.argv[2];

const TOOLS: Readonly<Record<string, string>> = {
  iproute2: 'ip -V',
  iptables: 'iptables -V',
  conntrack: 'conntrack -V',
  'bind9-dnsutils': 'dig -v',
  tcpdump: 'tcpdump --version',
  curl: 'curl -V',
  'iputils-ping': 'ping -V',
  traceroute: 'traceroute -V',
  'mtr-tiny': 'mtr -v',
  'net-tools': 'netstat -V',
  'netcat-openbsd': 'dpkg-query -W netcat-openbsd',
  'bridge-utils': 'brctl -V',
  ipset: 'ipset -v',
  wget: 'wget -V',
  busybox: 'busybox',
  nsd: 'nsd -v',
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const netnsOf = (place: Place) =>
  ['node-1', 'node-2', 'client'].includes(place) ? place : `default/${place}`;

const cluster = await labCluster(MANIFEST);
const { network } = cluster;
const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
const script = join(folder, 'lab.sh');
// The recorder's own servers stand for those of the exported script where their bytes matter.
const own = new Set(SERVERS.map(({ netns }) => netns).concat(coreDnsPods(), 'resolver'));
writeFileSync(
  script,
  toShellScript(network, { prefix: PREFIX })
    .split('\n')
    .filter((line) => !own.has(/^ {2}serve \S+ '([^']+)'/.exec(line)?.[1] ?? ''))
    // Addresses bring their routes along, as those that a CNI plugin adds.
    .filter((line) => !/^route add .* proto kernel/.test(line))
    .map((line) => line.replace(/ noprefixroute$/, ''))
    .join('\n'),
);
const lab = (verb: string) => spawnSync('sh', [script, verb], { encoding: 'utf8' });
const started: ChildProcess[] = [];
const resolvConfs = network.namespaces().map((name) => join('/etc/netns', realName(PREFIX, name)));

lab('down');
const up = lab('up');
try {
  if (up.status !== 0) throw new Error(up.stderr);
  for (const name of network.namespaces()) {
    inside(
      name,
      'cd /proc/sys/net/ipv4; echo 0 > icmp_ratelimit; echo 100000 > icmp_msgs_per_sec; echo 10000 > icmp_msgs_burst',
    );
    inside(name, 'echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range');
    const folderOf = join('/etc/netns', realName(PREFIX, name));
    mkdirSync(folderOf, { recursive: true });
    const context = name.includes('/')
      ? cluster.exec(name.split('/')[0]!, name.split('/')[1]!)
      : { ok: true as const, context: cluster.machine(name) };
    const read = context.ok ? context.context?.readFile : undefined;
    for (const file of ['resolv.conf', 'hosts', 'hostname']) {
      const text = read?.(`/etc/${file}`);
      if (text !== undefined) writeFileSync(join(folderOf, file), text);
    }
  }
  startServers();
  await pause(3000);
  const steps: Recorded[] = [];
  for (const step of STEPS) {
    if (only && !step.id.includes(only)) continue;
    const times = steps.filter(
      ({ command, in: place }) => command === step.command && place === step.in,
    ).length;
    const recorded = await record(times > 0 ? { ...step, id: `${step.id} (${times + 1})` } : step);
    steps.push(recorded);
    console.log(`$ ${step.id}\n${recorded.output}${recorded.errors}exit ${recorded.status}`);
  }
  const transcripts: Transcripts = {
    how: 'Recorded by test/golden/record/record-tools.ts: real tools in the engine’s network, built in network namespaces.',
    tools: Object.fromEntries(
      Object.entries(TOOLS).map(([name, command]) => {
        const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
        return [name, (stdout || stderr).split('\n')[0]!];
      }),
    ),
    manifest: MANIFEST,
    steps,
  };
  if (!only) writeFileSync(TARGET, `${JSON.stringify(transcripts, null, 1)}\n`);
} finally {
  for (const child of started) child.kill();
  lab('down');
  for (const path of resolvConfs) rmSync(path, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

function inside(netns: string, command: string) {
  return spawnSync('ip', ['netns', 'exec', realName(PREFIX, netns), 'sh', '-c', command], {
    encoding: 'utf8',
    timeout: 10_000,
  });
}

function start(netns: string, command: string): ChildProcess {
  return spawn('ip', ['netns', 'exec', realName(PREFIX, netns), 'sh', '-c', `exec ${command}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that Ctrl-C reaches all of it.
    detached: true,
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8', COLUMNS: '120', HOME: '/root' },
  });
}

async function record(step: Step): Promise<Recorded> {
  const shell = step.command.includes('|') || step.command.includes(';') || step.command.includes('&');
  const command = shell ? `sh -c '${step.command.replaceAll("'", `'\\''`)}'` : step.command;
  const child = start(netnsOf(step.in), command);
  let output = '';
  let errors = '';
  child.stdout!.on('data', (part) => {
    output += part;
  });
  child.stderr!.on('data', (part) => {
    errors += part;
  });
  const ended = new Promise<number>((resolve) => child.on('close', (status) => resolve(status ?? 130)));
  if (step.during) {
    await pause(1500);
    for (const { in: place, command } of step.during) inside(netnsOf(place), command);
    await pause(1500);
    interrupt(child);
  } else if (step.interruptAfter !== undefined) {
    await pause(step.interruptAfter * 1000);
    interrupt(child);
  }
  const limit = setTimeout(() => interrupt(child), 30_000);
  const status = await ended;
  clearTimeout(limit);
  return { ...step, output, errors, status };
}

function interrupt({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGINT');
}

function coreDnsPods(): string[] {
  return network.namespaces().filter((name) => name.startsWith('kube-system/coredns'));
}

function startServers(): void {
  const at = (netns: string, command: readonly string[]) =>
    started.push(
      spawn('ip', ['netns', 'exec', realName(PREFIX, netns), ...command], {
        stdio: ['ignore', 'inherit', 'inherit'],
      }),
    );
  for (const { netns, program } of SERVERS) at(netns, ['python3', '-c', program]);
  for (const netns of [...coreDnsPods(), 'resolver']) {
    const home = join(folder, netns.replace('/', '.'));
    mkdirSync(home);
    const zones = netns === 'resolver' ? outsideZones(home) : clusterZones(home);
    writeFileSync(
      join(home, 'nsd.conf'),
      `server:
  server-count: 1
  username: ""
  chroot: ""
  pidfile: "${home}/nsd.pid"
  zonesdir: "${home}"
  database: ""
  xfrdfile: "${home}/xfrd"
  zonelistfile: "${home}/zones.list"
  xfrdir: "${home}"
  hide-version: yes
  minimal-responses: yes
remote-control:
  control-enable: no
${zones}`,
    );
    at(netns, ['nsd', '-d', '-c', join(home, 'nsd.conf')]);
  }
}

function zone(home: string, name: string, text: string): string {
  const file = `${name.replace(/\.$/, '') || 'root'}.zone`;
  writeFileSync(join(home, file), text);
  return `zone:\n  name: "${name}"\n  zonefile: "${file}"\n`;
}

function clusterZones(home: string): string {
  const soa = '30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1767225600 7200 1800 86400 30\n';
  const services = cluster.api.list('services');
  const records = services.flatMap(({ metadata, spec }) => {
    const name = `${metadata.name}.${metadata.namespace}.svc`;
    const addresses =
      spec.clusterIP === 'None'
        ? cluster.api
            .list('pods')
            .filter((pod) => pod.metadata.labels?.app === 'hello')
            .map((pod) => pod.status!.podIP!)
        : [spec.clusterIP!];
    return addresses.flatMap((address) => [
      `${name} 30 IN A ${address}`,
      ...(spec.ports ?? []).flatMap((port) =>
        port.name
          ? [
              `_${port.name}._${(port.protocol ?? 'TCP').toLowerCase()}.${name} 30 IN SRV 0 100 ${port.port} ${name}`,
            ]
          : [],
      ),
    ]);
  });
  const reverse = services.flatMap(({ metadata, spec }) =>
    spec.clusterIP === 'None'
      ? []
      : [
          `${spec.clusterIP!.split('.').reverse().join('.')}.in-addr.arpa. 30 IN PTR ${metadata.name}.${metadata.namespace}.svc.cluster.local.`,
        ],
  );
  return (
    zone(home, 'cluster.local.', `@ ${soa}@ 30 IN NS ns.dns.cluster.local.\n${records.join('\n')}\n`) +
    zone(home, 'in-addr.arpa.', `@ ${soa}${reverse.join('\n')}\n`)
  );
}

function outsideZones(home: string): string {
  return zone(
    home,
    'example.com.',
    `$TTL 300
@ 3600 IN SOA ns.example.com. hostmaster.example.com. 2026010100 7200 3600 1209600 300
@ IN NS ns
@ IN A 203.0.113.10
@ IN MX 10 mail
ns IN A 198.51.100.53
www IN CNAME @
mail IN A 203.0.113.25
`,
  );
}
