import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Network, realName, toShellScript } from '../../src/engine/linux/index.ts';
import type { Observed, Probe } from './probe.ts';
import { PROBE_PROGRAM } from './probe-program.ts';

/** One connection of a machine's own conntrack table. */
export interface RealConnection {
  readonly original: RealTuple;
  readonly reply: RealTuple;
  /** TCP only: `TIME_WAIT`. */
  readonly tcpState?: string;
}

export interface RealTuple {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** The engine's network, built for real in network namespaces of this machine. */
export interface RealLab {
  probe(probes: readonly Probe[]): Promise<Map<number, Observed>>;
  connections(netns: string): readonly RealConnection[];
  down(): void;
}

/**
 * The kernel spares its breath with ICMP errors: every probe wants to hear of its own. And no connection is forgotten
 * before it was looked at, however long a busy machine takes for all the probes.
 */
const PATIENT = `
cd /proc/sys/net/ipv4
echo 0 > icmp_ratelimit; echo 100000 > icmp_msgs_per_sec; echo 10000 > icmp_msgs_burst
for timeout in /proc/sys/net/netfilter/nf_conntrack_*_timeout*; do echo 3600 > $timeout; done
true`;

/** Builds it with the script that the engine writes. Takes down what there is of it when that fails. */
export async function buildRealLab(network: Network, prefix: string): Promise<RealLab> {
  const folder = mkdtempSync(join(tmpdir(), `${prefix}-`));
  const script = join(folder, 'lab.sh');
  writeFileSync(script, toShellScript(network, { prefix }));
  const lab = (...words: string[]) =>
    spawnSync('sh', [script, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const down = () => {
    lab('down');
    rmSync(folder, { recursive: true, force: true });
  };
  lab('down');
  const up = lab('up');
  if (up.status !== 0) {
    down();
    throw new Error(`the script could not build the network:\n${up.stderr}`);
  }
  const inside = (netns: string, ...words: string[]) =>
    spawnSync('ip', ['netns', 'exec', realName(prefix, netns), ...words], { encoding: 'utf8' });
  try {
    for (const netns of network.namespaces()) inside(netns, 'sh', '-c', PATIENT);
  } catch (error) {
    down();
    throw error;
  }

  return {
    down,
    async probe(probes) {
      const sources = [...new Set(probes.map(({ from }) => from))];
      const answers = await Promise.all(
        sources.map((from) =>
          runProbes(
            realName(prefix, from),
            probes.filter((probe) => probe.from === from),
          ),
        ),
      );
      return new Map(answers.flat().map(({ id, ...observed }) => [id, observed]));
    },
    connections(netns) {
      return inside(netns, 'conntrack', '-L')
        .stdout.split('\n')
        .flatMap((line) => parseConnection(line) ?? []);
    },
  };
}

function runProbes(netns: string, probes: readonly Probe[]): Promise<(Observed & { readonly id: number })[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('ip', ['netns', 'exec', netns, 'python3', '-c', PROBE_PROGRAM], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (part) => {
      output += part;
    });
    child.stderr.on('data', (part) => {
      errors += part;
    });
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve(JSON.parse(output));
      else reject(new Error(`probes from ${netns} failed: ${errors}`));
    });
    child.stdin.end(JSON.stringify(probes));
  });
}

/** `tcp      6 88 TIME_WAIT src=… dst=… sport=… dport=… src=… dst=… sport=… dport=… [ASSURED] mark=0 use=1` */
function parseConnection(line: string): RealConnection | undefined {
  const words = line.trim().split(/\s+/);
  const [protocol, , , state] = words;
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'icmp') return undefined;
  const values = (name: string) =>
    words.filter((word) => word.startsWith(`${name}=`)).map((word) => word.slice(name.length + 1));
  const tuple = (place: 0 | 1): RealTuple => ({
    protocol,
    source: values('src')[place]!,
    destination: values('dst')[place]!,
    sourcePort: Number(values(protocol === 'icmp' ? 'id' : 'sport')[place]),
    destinationPort: Number(values(protocol === 'icmp' ? 'id' : 'dport')[place]),
  });
  return { original: tuple(0), reply: tuple(1), ...(protocol === 'tcp' && state && { tcpState: state }) };
}
