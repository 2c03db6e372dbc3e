import type { Ingress } from '../../src/engine/api/index.ts';
import { createRandom, type Random } from '../../src/engine/apimachinery/index.ts';
import { drawHeaders, hostSpellings, ODD_HOSTS, ODD_TARGETS, spellings } from './requests.ts';
import { makeIngress, type NginxScenario, type RulePath, type WireRequest } from './scenario.ts';

const HOSTS = [
  'foo.example',
  'bar.example',
  '*.bar.example',
  'a.bar.example',
  'deep.a.bar.example',
  undefined,
];
const PATHS = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/a/b/',
  '/ab',
  '/A',
  '/a.b',
  '/a b'.replace(' ', '-'),
  '/long/path/here',
];
const TYPES = ['Prefix', 'Prefix', 'Exact', 'ImplementationSpecific'] as const;
const SERVICES = ['one', 'two', 'three', 'four', 'empty', 'missing'];

/** A set of Ingresses by chance, and requests that come near to what it says. */
export function generateScenario(seed: number, requestCount: number): NginxScenario {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const ingresses = Array.from({ length: 1 + random.below(6) }, (_, index) =>
    drawIngress(random, pick, index),
  );
  const hosts = [...new Set(ingresses.flatMap(({ spec }) => (spec?.rules ?? []).map(({ host }) => host)))];
  const paths = [
    ...new Set(
      ingresses.flatMap(({ spec }) =>
        (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []).map(({ path }) => path ?? '/'),
      ),
    ),
    '/',
  ];
  const requests = Array.from({ length: requestCount }, (): WireRequest => {
    const rule = pick([...hosts, 'nobody.example']) ?? 'any.example';
    const concrete = rule.startsWith('*.') ? `${pick(['x', 'a', 'x.y'])}${rule.slice(1)}` : rule;
    const host =
      random.below(12) === 0
        ? pick(ODD_HOSTS)
        : random.below(3) === 0
          ? pick(hostSpellings(concrete))
          : concrete;
    const target = random.below(8) === 0 ? pick(ODD_TARGETS) : pick(spellings(pick(paths)));
    const secure = random.below(3) === 0;
    return {
      scheme: secure ? 'https' : 'http',
      host,
      target,
      ...(random.below(10) === 0 && { version: '1.0' }),
      ...(random.below(12) === 0 && { method: pick(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) }),
      ...(secure &&
        random.below(4) === 0 && {
          serverName: pick(['', 'foo.example', 'a.bar.example', 'x.bar.example', 'nobody.example']),
        }),
      ...(secure && random.below(15) === 0 && { misdirected: true }),
      headers: drawHeaders(random),
    };
  });
  return {
    name: `generated from seed ${seed}`,
    ingresses,
    certificates: { 'foo-tls': ['foo.example'], 'bar-tls': ['bar.example', '*.bar.example'] },
    requests,
  };
}

function drawIngress(random: Random, pick: <T>(list: readonly T[]) => T, index: number): Ingress {
  const some = random.below;
  const drawPath = (): RulePath => ({ path: pick(PATHS), pathType: pick(TYPES), service: pick(SERVICES) });
  const rules = Array.from({ length: some(4) }, () => {
    const host = pick(HOSTS);
    return { ...(host !== undefined && { host }), paths: Array.from({ length: 1 + some(4) }, drawPath) };
  });
  const annotations: Record<string, string> = {};
  if (some(8) === 0) annotations['ssl-redirect'] = 'false';
  if (some(10) === 0) annotations['force-ssl-redirect'] = 'true';
  if (some(10) === 0) annotations['use-regex'] = 'true';
  if (some(10) === 0) annotations['rewrite-target'] = pick(['/', '/new', '/new/']);
  if (some(16) === 0) annotations['app-root'] = '/start';
  if (some(16) === 0) annotations['upstream-vhost'] = 'inner.local';
  if (index > 0 && some(5) === 0)
    Object.assign(annotations, {
      canary: 'true',
      'canary-weight': pick(['0', '30', '100']),
      'canary-by-header': 'X-Custom',
      'canary-by-header-value': pick(['kept', 'other']),
    });
  if (some(16) === 0) annotations['whitelist-source-range'] = pick(['192.0.2.0/24', '127.0.0.0/8']);
  if (some(20) === 0) annotations['permanent-redirect'] = 'https://elsewhere.example/';
  return makeIngress({
    name: `i${index}`,
    age: some(10),
    rules,
    annotations,
    ...(some(4) === 0 && { defaultBackend: pick(SERVICES) }),
    ...(some(3) === 0 && {
      tls: [
        {
          hosts: [pick(['foo.example', 'bar.example', '*.bar.example'])],
          secretName: pick(['foo-tls', 'bar-tls', 'nosuch']),
        },
      ],
    }),
  });
}
