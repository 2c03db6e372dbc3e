/**
 * `npm run test:kernel` (as root, on Linux): for each scenario the engine's cluster is built for real, in network
 * namespaces, by the script that the engine itself writes, with the engine's own iptables rules. The same probes are
 * made in both; outcomes, servers, source addresses, TTLs and conntrack entries must agree. All of it is taken down
 * again, by name, also after a failure.
 *
 *     npm run test:kernel                        all scenarios and a few generated clusters
 *     npm run test:kernel -- --only ptp          scenarios whose name contains this
 *     npm run test:kernel -- --seed 42           the generated cluster of that seed alone
 *     npm run test:kernel -- --generated 20      so many generated clusters
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { createCluster } from '../../src/engine/index.ts';
import { compareOutcomes, wasForeseen } from './compare-outcomes.ts';
import { comparePaths } from './compare-paths.ts';
import { generateScenario } from './generate.ts';
import { compareKernelFacts } from './kernel-facts.ts';
import { planProbes } from './plan-probes.ts';
import { predictAll } from './predict.ts';
import { describeProbe, type Observed, type Probe } from './probe.ts';
import { buildRealLab, type RealLab } from './real-lab.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { applyWorkload } from './workload.ts';

/** Generated clusters are asked no more than this. */
const PROBES_PER_GENERATED = 250;
const SHOWN = 15;
/** Networks that stand at one time. */
const AT_ONCE = 2;
/** A busy machine is late now and then; more than these, and it is the first packets that differ. */
const mayBeAskedTwice = (probes: number) => Math.max(10, probes / 50);
/** A second connection of the same probe leaves from another port. */
const SECOND_PORTS = 8_000;
const PREFIX = `hopkt${process.pid}-`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string' },
    generated: { type: 'string', default: '3' },
  },
});

const missing = ['ip', 'iptables-restore', 'nft', 'conntrack', 'python3'].filter(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
);
if (process.getuid?.() !== 0 || process.platform !== 'linux')
  stop('test:kernel builds network namespaces: it needs root, on Linux');
if (missing.length > 0)
  stop(
    `test:kernel needs ${missing.join(', ')} (Debian: apt-get install iproute2 iptables nftables conntrack python3)`,
  );

const firstSeed = values.seed ? Number(values.seed) : Math.floor(Math.random() * 1_000_000);
const generated = Array.from({ length: values.seed ? 1 : Number(values.generated) }, (_, turn) =>
  generateScenario(firstSeed + turn, PROBES_PER_GENERATED),
);
const scenarios = values.seed
  ? generated
  : [...SCENARIOS, ...generated].filter(({ name }) => !values.only || name.includes(values.only));

const facts = compareKernelFacts(PREFIX);
for (const difference of facts.differences) console.log(`  ${difference}`);
console.log(`conntrack timeouts: ${facts.compared} compared, ${facts.differences.length} differences`);
let { compared } = facts;
let different = facts.differences.length;
const standing = new Set<RealLab>();
process.once('SIGINT', () => {
  for (const lab of standing) lab.down();
  process.exit(130);
});
const waiting = [...scenarios.entries()];
await Promise.all(Array.from({ length: AT_ONCE }, runWaiting));
console.log(`kernel: ${compared - different} passed, ${different} failed`);
process.exitCode = different > 0 || compared === 0 ? 1 : 0;

/** While the probes of one network are on their way, the engine predicts those of another. */
async function runWaiting(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) await compareScenario(...next);
}

async function compareScenario(place: number, scenario: Scenario): Promise<void> {
  const started = Date.now();
  // What breaks one scenario is a failure, and no reason to leave the network of another standing.
  const { probes, paths, again, differences } = await runScenario(scenario, `${PREFIX}${place}`).catch(
    (error: unknown): ScenarioResult => ({
      probes: 1,
      paths: 0,
      again: 0,
      differences: [`it breaks off: ${error instanceof Error ? error.stack : error}`],
    }),
  );
  compared += probes + paths;
  different += differences.length;
  for (const difference of differences.slice(0, SHOWN)) console.log(`  ${difference}`);
  if (differences.length > SHOWN) console.log(`  … and ${differences.length - SHOWN} more`);
  console.log(
    `${scenario.name}: ${probes} probes, ${paths} conntrack entries, ${again} asked twice, ${differences.length} differences (${((Date.now() - started) / 1000).toFixed(1)} s)`,
  );
}

interface ScenarioResult {
  readonly probes: number;
  readonly paths: number;
  /** How many probes were asked twice. */
  readonly again: number;
  readonly differences: readonly string[];
}

async function runScenario(scenario: Scenario, prefix: string): Promise<ScenarioResult> {
  const cluster = createCluster(scenario.options);
  applyWorkload(cluster, scenario.workload);
  const probes = planProbes(cluster, scenario);
  const service = (probe: Probe) =>
    scenario.workload.services.find(({ name }) => probe.about.startsWith(`Service ${name},`));
  const varies = (probe: Probe) =>
    probes.some((other) => other !== probe && other.from === probe.from && other.about === probe.about);
  // Each node remembers for itself: the outside client, whom a balancer sends to any of them, is not held to one.
  const sticky = (probe: Probe) =>
    varies(probe) &&
    service(probe)?.sessionAffinity !== undefined &&
    !(probe.from === 'client' && probe.about.includes('load balancer IP'));
  // Built before anything is asked, so that both begin with empty tables.
  const lab = await buildRealLab(cluster.network, prefix);
  standing.add(lab);
  try {
    const predicted = predictAll(cluster, probes, (probe) =>
      varies(probe) ? describeProbe(probe) : undefined,
    );
    const real = new Map<number, Observed>();
    const again = new Set<Probe>();
    const port = (probe: Probe) => probe.sourcePort + (again.has(probe) ? SECOND_PORTS : 0);
    const ask = async (asked: readonly Probe[]) => {
      for (const [id, observed] of await lab.probe(
        asked.map((probe) => ({ ...probe, sourcePort: port(probe) })),
      ))
        real.set(id, observed);
      const certain = probes.filter((probe) => !varies(probe));
      return comparePaths(cluster, lab, certain, port);
    };
    const first = await ask(probes);
    // The crowd of probes makes a busy machine late, and what is sent twice may end a connection by a RST: what was not
    // foreseen is asked once more, in peace. That must agree.
    for (const probe of probes)
      if (!wasForeseen(predicted, real, probe) || first.differences.has(probe.id)) again.add(probe);
    const paths = again.size > 0 ? await ask([...again]) : first;
    const outcomes = compareOutcomes(probes, predicted, real, sticky);
    return {
      probes: probes.length,
      paths: paths.compared,
      again: again.size,
      differences: [
        ...outcomes,
        ...paths.differences.values(),
        ...(again.size > mayBeAskedTwice(probes.length)
          ? [`${again.size} of ${probes.length} probes agree only when they are asked a second time`]
          : []),
      ],
    };
  } finally {
    standing.delete(lab);
    lab.down();
  }
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}
