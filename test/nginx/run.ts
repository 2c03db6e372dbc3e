/**
 * `npm run test:nginx` (needs Debian's nginx): sets of Ingresses, thought of and generated, become the nginx.conf that the
 * learner reads; a real nginx on the loopback loads it, and gets the same requests as the engine's controller. Which
 * backend is asked and what it hears, status, redirect, certificate and pages must be the same.
 *
 *     npm run test:nginx                        all sets, and a few generated ones
 *     npm run test:nginx -- --only rewrites     sets whose name contains this
 *     npm run test:nginx -- --seed 42           the generated set of that seed alone
 *     npm run test:nginx -- --generated 100     so many generated sets
 */
import { parseArgs } from 'node:util';
import { buildConfiguration, renderNginxConf } from '../../src/engine/ingress/index.ts';
import { type Answer, differences } from './answer.ts';
import { openBackends } from './backends.ts';
import { engineAnswer, FAKE } from './engine-answer.ts';
import { generateScenario } from './generate.ts';
import { makePair, objectsOf } from './objects.ts';
import { prepareNginx, type RealNginx } from './real-nginx.ts';
import type { NginxScenario, WireRequest } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { nginxAnswer } from './wire.ts';

const PORTS = { http: 18_480, https: 18_443 };
const BACKEND_PORT = 18_490;
const REQUESTS_PER_GENERATED = 150;
const SHOWN = 12;
/** What chance may draw for a canary's weight: the engine's answers to these are all that nginx may give. */
const DRAWS = [0, 0.999_999];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string' },
    generated: { type: 'string', default: '20' },
  },
});
const real = prepareNginx();
if (!real) {
  console.log('test:nginx needs nginx (Debian: apt-get install nginx-light)');
  process.exit(1);
}
const firstSeed = values.seed ? Number(values.seed) : Math.floor(Math.random() * 1_000_000);
const generated = Array.from({ length: values.seed ? 1 : Number(values.generated) }, (_, turn) =>
  generateScenario(firstSeed + turn, REQUESTS_PER_GENERATED),
);
const scenarios = values.seed
  ? generated
  : [...SCENARIOS, ...generated].filter(({ name }) => !values.only || name.includes(values.only));

let compared = 0;
let different = 0;
try {
  for (const scenario of scenarios) await compare(scenario, real);
} finally {
  await real.close();
}
console.log(
  `${real.version}: ${compared} requests to ${scenarios.length} sets, ${different} differences (first seed ${firstSeed})`,
);
process.exitCode = different > 0 || compared === 0 ? 1 : 0;

async function compare(scenario: NginxScenario, nginx: RealNginx): Promise<void> {
  const { objects, backends, pairs } = objectsOf(scenario, BACKEND_PORT);
  const configuration = buildConfiguration(objects);
  const text = renderNginxConf(configuration, {
    httpPort: PORTS.http,
    httpsPort: PORTS.https,
    certificates: nginx.certificates,
  });
  const files = new Map([...pairs].map(([name, pair]) => [`default-${name}`, pair]));
  files.set('default-fake-certificate', makePair(FAKE, ['ingress.local']));
  const servers = await openBackends(backends, BACKEND_PORT);
  try {
    await nginx.load(text, files, [PORTS.http, PORTS.https]);
    let shown = 0;
    for (const request of scenario.requests) {
      compared++;
      const answer = await nginxAnswer(request, PORTS);
      const allowed = DRAWS.map((draw) =>
        engineAnswer(request, { configuration, backends, ports: PORTS, draw }),
      );
      const wrong = closest(allowed, answer);
      if (wrong.length === 0) continue;
      different++;
      if (shown++ < SHOWN) console.log(`${scenario.name}: ${describe(request)}\n  ${wrong.join('\n  ')}`);
    }
  } catch (error) {
    console.log(`${scenario.name}: ${error instanceof Error ? error.message : error}\n${text}`);
    different++;
  } finally {
    await servers.close();
  }
}

/** The differences to the answer that is nearest; empty when one is the same. */
function closest(allowed: readonly Answer[], answer: Answer): readonly string[] {
  return allowed.map((each) => differences(each, answer)).sort((a, b) => a.length - b.length)[0] ?? [];
}

function describe({
  scheme,
  method = 'GET',
  target,
  version = '1.1',
  host,
  serverName,
  misdirected = false,
  headers = [],
}: WireRequest): string {
  const said = headers.map(([name, value]) => `, ${name}: ${value}`).join('');
  const sni = serverName === undefined ? '' : `, SNI ${serverName || '(none)'}`;
  return `${misdirected ? 'plain to the port of ' : ''}${scheme} ${method} ${target} HTTP/${version}, Host: ${host ?? '(none)'}${sni}${said}`;
}
