import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandResult } from './results.ts';
import { run } from './run.ts';

/**
 * The table that was measured on a real kernel (test/golden/records/dataplane-measured.json has it packet by packet),
 * as a learner asks it: `hop run … -- 'kubectl exec p1b -- curl …'`. Each row: who asks whom, and what comes of it with
 * bridge and hairpin off, or, where they differ, with the other settings. `p1a ← p1b`: answered by p1a, who saw p1b's
 * address; `cni0` is the gateway of node-1's pods.
 */
const VARIANTS = {
  bridge: { cni: { hairpinMode: false } },
  hairpin: { cni: { hairpinMode: true } },
  nocall: { cni: { hairpinMode: false }, bridgeNfCallIptables: false },
  ptp: { cni: { plugin: 'ptp' } },
} as const;
type Variant = keyof typeof VARIANTS;

type Row = readonly [
  from: 'p1a' | 'p1b' | 'p2a' | 'p2b' | 'node-1' | 'client',
  to: string,
  outcome: string | readonly string[],
  but?: Partial<Record<Variant, string | readonly string[]>>,
];

const UNREACHABLE = 'EHOSTUNREACH after 3 s';
const ROWS: readonly Row[] = [
  ['p1b', 'tcp both', ['p1a ← p1b', 'p2a ← p1b'], { nocall: ['p2a ← p1b', 'timeout'] }],
  ['p1b', 'tcp remote', 'p2a ← p1b'],
  ['p1b', 'tcp local1', 'p1a ← p1b', { nocall: 'timeout' }],
  ['p1b', 'tcp p1a:8080', 'p1a ← p1b'],
  ['p1b', 'tcp p2a:8080', 'p2a ← p1b'],
  ['p1a', 'tcp self', 'timeout', { hairpin: 'p1a ← cni0', nocall: 'p1a ← cni0', ptp: 'p1a ← cni0' }],
  ['p1a', 'tcp p1a:8080', 'p1a ← p1a'],
  ['p1b', 'tcp none', 'ECONNREFUSED'],
  ['node-1', 'tcp none', 'ECONNREFUSED'],
  ['p1b', 'udp udp:53', 'p1a ← p1b', { nocall: 'timeout' }],
  ['p1b', 'udp udp-none:53', 'ECONNREFUSED'],
  ['p1b', 'tcp both:81', 'timeout'],
  ['p1b', 'tcp 100.64.99.99:80', 'timeout'],
  ['p1b', 'icmp both', 'timeout'],
  ['node-1', 'icmp both', 'timeout'],
  ['p1b', 'icmp p2a', 'p2a ← p1b'],
  ['p1b', 'icmp node-1', 'node-1 ← p1b'],
  ['p1b', 'tcp dead', UNREACHABLE, { ptp: 'timeout' }],
  ['p1b', 'tcp dead2', UNREACHABLE, { ptp: 'timeout' }],
  ['p1b', 'tcp 100.96.1.98:8080', UNREACHABLE, { ptp: 'timeout' }],
  ['p1b', 'tcp wrong', 'ECONNREFUSED', { nocall: 'timeout' }],
  ['node-1', 'tcp local1', 'p1a ← cni0'],
  ['node-1', 'tcp remote', 'p2a ← node-1'],
  ['p1b', 'tcp itp', 'timeout'],
  ['p2b', 'tcp itp', 'p2a ← p2b', { nocall: 'timeout' }],
  ['client', 'tcp node-1:30084', 'p1a ← cni0'],
  ['client', 'tcp node-1:30083', 'p2a ← node-1'],
  ['client', 'tcp node-2:30084', 'p1a ← node-2'],
  ['client', 'tcp node-1:30082', 'ECONNREFUSED'],
  ['client', 'tcp node-1:30081', 'timeout'],
  ['client', 'tcp node-2:30081', 'p2a ← client'],
  ['client', 'tcp node-1:30086', 'p1a ← client'],
  ['client', 'tcp node-1:30999', 'ECONNREFUSED'],
  ['node-1', 'tcp 127.0.0.1:30084', 'p1a ← cni0'],
  ['node-1', 'tcp 127.0.0.1:30083', 'p2a ← node-1'],
  ['node-1', 'tcp node-1:30083', 'p2a ← node-1'],
  ['node-1', 'tcp 127.0.0.1:30081', 'p2a ← node-1'],
  ['node-1', 'tcp node-1:30081', 'p2a ← node-1'],
  ['p1b', 'tcp node-1:30083', 'p2a ← node-1'],
  ['p1b', 'tcp node-2:30084', 'p1a ← node-2'],
  ['p1b', 'tcp node-1:30081', 'p2a ← p1b'],
  ['p2b', 'tcp node-1:30081', 'timeout'],
  ['p1b', 'tcp cni0:30083', 'p2a ← node-1'],
  ['client', 'tcp remote', 'p2a ← node-1'],
  ['client', 'tcp p1a:8080', 'p1a ← client'],
  // Measured with a route over node-1; the provider's balancer takes either node.
  ['client', 'tcp lb', ['p1a ← cni0', 'p1a ← node-2']],
  ['p1b', 'tcp lb', 'timeout'],
  ['node-1', 'tcp lb', 'timeout'],
  ['client', 'tcp ext', 'p1a ← cni0'],
  ['p1b', 'tcp ext', 'p1a ← cni0'],
  ['p1b', 'tcp aff', ['p1a ← p1b', 'p2a ← p1b'], { nocall: ['timeout', 'p2a ← p1b'] }],
  ['client', 'tcp aff', ['p1a ← cni0', 'p2a ← node-1']],
  ['p1b', 'tcp client:1', 'ECONNREFUSED'],
  ['p1b', 'tcp node-1:10250', 'node-1 ← p1b'],
  ['p2a', 'tcp node-1:10250', 'node-1 ← node-2'],
];

/** Where each thing of the table is in our cluster. */
const ADDRESSES: Readonly<Record<string, string>> = {
  both: '100.64.34.12:80',
  remote: '100.64.34.20:80',
  local1: '100.64.34.21:80',
  self: '100.64.34.15:80',
  none: '100.64.34.14:80',
  udp: '100.64.34.19',
  'udp-none': '100.64.34.25',
  wrong: '100.64.34.23:80',
  itp: '100.64.34.16:80',
  dead: '100.64.34.22:80',
  dead2: '100.64.34.27:80',
  aff: '100.64.34.18:80',
  lb: '203.0.113.1:80',
  ext: '192.0.2.5:80',
  p1a: '100.96.1.3',
  p1b: '100.96.1.4',
  p2a: '100.96.2.3',
  p2b: '100.96.2.4',
  'node-1': '10.0.0.11',
  'node-2': '10.0.0.12',
  client: '198.51.100.10',
  cni0: '100.96.1.1',
};

/** What the measured network's outside client knew besides: ways to the pods, the Services and the external address. */
const ROUTES = [
  '100.64.0.0/13 via 10.0.0.11',
  '100.96.1.0/24 via 10.0.0.11',
  '100.96.2.0/24 via 10.0.0.12',
  '192.0.2.5/32 via 10.0.0.11',
].map((route) => `ssh gateway ip route add ${route}`);

function commandOf([from, to]: Row): string {
  const [protocol = '', target = ''] = to.split(' ');
  const [name = '', port] = target.split(':');
  const base = ADDRESSES[name] ?? name;
  const [address, known] = base.split(':');
  const where = from.startsWith('p') ? `kubectl exec ${from} -c tools --` : `ssh ${from}`;
  if (protocol === 'icmp') return `${where} ping -c 1 -W 4 ${address}`;
  if (protocol === 'udp') return `${where} sh -c 'echo clientip | nc -u -w 4 ${address} ${port}'`;
  return `${where} curl -sS -m 4 http://${address}:${port ?? known}/clientip`;
}

/** The table's lines; the routes come before the first that needs them. */
const FIRST_ROUTED = ROWS.findIndex(([from, to]) => from === 'client' && to === 'tcp remote');
const COMMANDS = [
  'sleep 10',
  ...ROWS.slice(0, FIRST_ROUTED).map(commandOf),
  ...ROUTES,
  ...ROWS.slice(FIRST_ROUTED).map(commandOf),
];

/** Of what came of all lines, that of the table's. */
function rowsOf<T>(results: readonly T[]): readonly T[] {
  return [...results.slice(1, 1 + FIRST_ROUTED), ...results.slice(1 + FIRST_ROUTED + ROUTES.length)];
}

function nameOf(address: string): string {
  return Object.entries(ADDRESSES).find(([, each]) => each === address)?.[0] ?? address;
}

function outcomeOf({ exchanges }: CommandResult): string {
  const { outcome, elapsedMs } = exchanges.at(-1)!;
  switch (outcome.kind) {
    case 'timeout':
      return 'timeout';
    case 'failed':
      return `${outcome.errno}${elapsedMs >= 1000 ? ` after ${Math.round(elapsedMs / 1000)} s` : ''}`;
    case 'replied':
      return `${outcome.server.netns.replace('default/', '')} ← ${nameOf(outcome.seenAs.address)}`;
  }
}

/** Runs command lines as `hop run` does; answers what it writes. */
async function hop(variant: Variant, commands: readonly string[], flags: { json: boolean; trace: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'hop-table-'));
  try {
    const cluster = join(folder, 'cluster.json');
    writeFileSync(
      cluster,
      JSON.stringify({ ...VARIANTS[variant], loadBalancerProvider: { pool: '203.0.113.0/24' } }),
    );
    const written: string[] = [];
    const options = {
      paths: [join(import.meta.dirname, 'measured-table.yaml')],
      commands,
      cluster,
      ...flags,
    };
    await run(options, {
      write: (text) => void written.push(text),
      writeError: () => undefined,
      columns: 200,
      signal: new AbortController().signal,
    });
    return written.join('');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(Object.keys(VARIANTS) as Variant[])('hop run on the measured network, %s', (variant) => {
  test('answers as the real kernel did', async () => {
    const output = JSON.parse(await hop(variant, COMMANDS, { json: true, trace: false }));
    const results = rowsOf<CommandResult>(output.commands);
    const table = results.map(
      (result, place) => `${ROWS[place]!.slice(0, 2).join(' ')}: ${outcomeOf(result)}`,
    );
    const expected = ROWS.map(([from, to, base, but], place) => {
      const allowed = [but?.[variant] ?? base].flat();
      const came = table[place]!.replace(`${from} ${to}: `, '');
      return `${from} ${to}: ${allowed.includes(came) ? came : allowed.join(' or ')}`;
    });
    expect(table).toEqual(expected);
    // And the tool that asked says the same as the packets (nc is content with silence).
    for (const { command, status, exchanges } of results.filter(({ command }) => !command.includes('nc -u')))
      expect(`${command}: ${status === 0}`).toBe(
        `${command}: ${exchanges.at(-1)!.outcome.kind === 'replied'}`,
      );
  });
});

test('--trace tells the way of every packet, and what ended it', async () => {
  const output = await hop('bridge', COMMANDS, { json: false, trace: true });
  const told = rowsOf(output.split(/^\$ .*$/m).slice(1));
  const endOf = (row: string) => {
    const place = ROWS.findIndex((each) => each.slice(0, 2).join(' ') === row);
    const ways = told[place]!.split('\n').filter((line) => /^ {5}[A-Z]+[ _]/.test(line));
    return ways[0]?.trim();
  };
  expect(endOf('p1a tcp self')).toBe('DROPPED in node-1 (hairpin)');
  expect(endOf('p1b tcp none')).toMatch(
    /^REJECTED in node-1 by KUBE-SERVICES rule \d+: .*"default\/none has no endpoints"/,
  );
  expect(endOf('p1b udp udp-none:53')).toMatch(/^REJECTED in node-1 by KUBE-SERVICES/);
  expect(endOf('p1b tcp both:81')).toBe('EXITS_CLUSTER at gateway to 100.64.34.12');
  expect(endOf('p1b tcp dead')).toBe('NEIGHBOUR_UNREACHABLE in node-1: nobody has 100.96.1.99 on cni0');
  expect(endOf('p1b tcp wrong')).toBe('NO_SOCKET in default/p1a: answers tcp-reset');
  expect(endOf('p1b tcp itp')).toMatch(
    /^DROPPED in node-1 by KUBE-SERVICES .*"default\/itp has no local endpoints"/,
  );
  expect(endOf('client tcp node-1:30081')).toMatch(/^DROPPED in node-1 by KUBE-EXTERNAL-SERVICES rule/);
  expect(endOf('client tcp node-1:30999')).toBe('NO_SOCKET in node-1: answers tcp-reset');
  expect(endOf('p1b tcp lb')).toMatch(/^DROPPED in node-1 by KUBE-PROXY-FIREWALL rule/);
  expect(endOf('p1b tcp both')).toMatch(/^ACCEPTED by agnhost \(0\.0\.0\.0:8080\) in default\/p[12]a$/);
});
