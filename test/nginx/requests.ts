import type { Random } from '../../src/engine/apimachinery/index.ts';
import type { WireRequest } from './scenario.ts';

/** Ways to write a path that a careless proxy takes for another: encoded, doubled, with dots, with a query. */
export function spellings(path: string): readonly string[] {
  const bare = path.replace(/\/$/, '');
  return [
    path || '/',
    `${bare}/`,
    `${bare}x`,
    `${bare}/sub`,
    `${bare}/sub/?a=1&b=2`,
    `${path}?q=/other/&x=%20`,
    `/${path}`,
    `${bare}//sub`,
    `${bare}/./sub`,
    `${bare}/sub/..`,
    `${bare}/../${bare.slice(1)}`,
    path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    `${bare}%2Fsub`,
    `${bare}/a%20b`,
    `${bare}/%C3%B1`,
    `${bare}/a+b`,
    path.toUpperCase(),
    `${bare}/..%2f..%2fetc`,
    `${bare};v=1`,
  ];
}

/** What no path of a rule has to do with, or what is not allowed at all. */
export const ODD_TARGETS: readonly string[] = [
  '/',
  '//',
  '/?',
  '/?a',
  '/%',
  '/%zz',
  '/%00',
  '/../',
  '/a/../../b',
  '/a/%2e%2e/b',
  '/./',
  '/a#b',
  '/healthz',
  '/healthz/x',
  '/nosuch',
  '/nosuch/',
  'http://other.example/absolute?x=1',
  'http://foo.example/foo',
];

/** Ways to write a host. */
export function hostSpellings(host: string): readonly string[] {
  return [
    host,
    host.toUpperCase(),
    `${host}:80`,
    `${host}:8443`,
    `${host}.`,
    `${host}.:8080`,
    `${host}:`,
    `x${host}`,
  ];
}

export const ODD_HOSTS: readonly (string | undefined)[] = [
  undefined,
  '',
  'localhost',
  '127.0.0.1',
  '127.0.0.1:8080',
  'a..b',
  'a b',
  'foo.example/x',
  '.',
  '*.bar.example',
  '[::1]:80',
];

const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Forwarded-For', '192.0.2.1, 192.0.2.2'],
  ['X-Forwarded-Host', 'liar.example'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-Port', '1'],
  ['X-Real-IP', '192.0.2.3'],
  ['X-Request-ID', 'abc123'],
  ['X-Scheme', 'gopher'],
  ['Proxy', 'http://evil.example'],
  ['X_Under', 'score'],
  ['X-Custom', 'kept'],
  ['Cookie', 'a=1; b=2'],
  ['Accept-Encoding', 'gzip'],
  ['Connection', 'close'],
  ['Connection', 'keep-alive'],
  ['Upgrade', 'websocket'],
  ['Keep-Alive', 'timeout=5'],
  ['TE', 'trailers'],
  ['Expect', 'nothing'],
  ['Authorization', 'Basic eA=='],
];

/** One or more headers of the list above, by chance. */
export function drawHeaders(random: Random): readonly (readonly [string, string])[] {
  const drawn = Array.from({ length: random.below(4) }, () => HEADERS[random.below(HEADERS.length)]!);
  const seen = new Set<string>();
  return drawn.filter(([name]) => !seen.has(name) && seen.add(name));
}

export const EACH_HEADER: readonly WireRequest['headers'][] = HEADERS.map((header) => [header]);
