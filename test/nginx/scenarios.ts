import { EACH_HEADER, hostSpellings, ODD_HOSTS, ODD_TARGETS, spellings } from './requests.ts';
import { makeIngress, type NginxScenario, type WireRequest } from './scenario.ts';

const http = (host: string | undefined, target = '/', more: Partial<WireRequest> = {}): WireRequest => ({
  scheme: 'http',
  host,
  target,
  ...more,
});
const https = (host: string | undefined, target = '/', more: Partial<WireRequest> = {}): WireRequest => ({
  ...http(host, target, more),
  scheme: 'https',
});

const manyPaths = makeIngress({
  name: 'paths',
  rules: [
    {
      host: 'foo.example',
      paths: [
        { path: '/', service: 'root' },
        { path: '/foo', service: 'foo' },
        { path: '/foo', pathType: 'Exact', service: 'foo-exact' },
        { path: '/foo/bar', service: 'foo-bar' },
        { path: '/slash/', service: 'slash' },
        { path: '/exact', pathType: 'Exact', service: 'exact' },
        { path: '/exact-slash/', pathType: 'Exact', service: 'exact-slash' },
        { path: '/impl', pathType: 'ImplementationSpecific', service: 'impl' },
        { path: '/empty', service: 'empty' },
        { path: '/missing', service: 'missing' },
      ],
    },
  ],
});
const PATHS = ['/', '/foo', '/foo/bar', '/slash/', '/exact', '/exact-slash/', '/impl', '/empty', '/missing'];

/** Sets that were thought of; more are generated. */
export const SCENARIOS: readonly NginxScenario[] = [
  {
    name: 'path types and their order',
    ingresses: [manyPaths],
    certificates: {},
    requests: [
      ...PATHS.flatMap((path) => spellings(path).map((target) => http('foo.example', target))),
      ...ODD_TARGETS.map((target) => http('foo.example', target)),
      ...ODD_TARGETS.map((target) => http('nobody.example', target)),
    ],
  },
  {
    name: 'hosts, wildcards and the rest',
    ingresses: [
      makeIngress({
        name: 'hosts',
        rules: [
          { host: 'foo.example', paths: [{ path: '/', service: 'foo' }] },
          { host: '*.bar.example', paths: [{ path: '/', service: 'wild' }] },
          { host: 'own.bar.example', paths: [{ path: '/own', service: 'own' }] },
          { host: '*.deep.bar.example', paths: [{ path: '/', service: 'deep' }] },
          { paths: [{ path: '/any', service: 'any' }] },
        ],
      }),
      makeIngress({ name: 'default', age: 1, defaultBackend: 'fallback' }),
    ],
    certificates: {},
    requests: [
      'foo.example',
      'bar.example',
      'a.bar.example',
      'own.bar.example',
      'a.b.bar.example',
      'x.deep.bar.example',
      'deep.bar.example',
      'a_b.bar.example',
      'nobody.example',
    ]
      .flatMap(hostSpellings)
      .flatMap((host) => ['/', '/own', '/any/x'].map((target) => http(host, target)))
      .concat(ODD_HOSTS.map((host) => http(host, '/any')))
      .concat(ODD_HOSTS.map((host) => http(host, '/any', { version: '1.0' })))
      .concat([http('foo.example', '/', { version: '1.0' }), http('foo.example', '/x', { method: 'HEAD' })]),
  },
  {
    name: 'a default backend alone',
    ingresses: [makeIngress({ name: 'only', defaultBackend: 'single' })],
    certificates: {},
    requests: [
      ...ODD_HOSTS.map((host) => http(host, '/x')),
      ...ODD_TARGETS.map((target) => http('foo.example', target)),
    ],
  },
  {
    name: 'no Ingress at all',
    ingresses: [],
    certificates: {},
    requests: [
      ...ODD_TARGETS.map((target) => http('foo.example', target)),
      https('foo.example'),
      https(undefined, '/', { version: '1.0' }),
    ],
  },
  {
    name: 'certificates and redirects to https',
    ingresses: [
      makeIngress({
        name: 'secure',
        tls: [{ hosts: ['foo.example'], secretName: 'foo-tls' }],
        rules: [{ host: 'foo.example', paths: [{ path: '/', service: 'foo' }] }],
      }),
      makeIngress({
        name: 'wild',
        age: 1,
        tls: [{ hosts: ['*.bar.example'], secretName: 'bar-tls' }],
        rules: [{ host: '*.bar.example', paths: [{ path: '/', service: 'wild' }] }],
      }),
      makeIngress({
        name: 'plain-below-wild',
        age: 2,
        rules: [{ host: 'plain.bar.example', paths: [{ path: '/', service: 'plain' }] }],
      }),
      makeIngress({
        name: 'no-secret',
        age: 3,
        tls: [{ hosts: ['lost.example'], secretName: 'nosuch' }],
        rules: [{ host: 'lost.example', paths: [{ path: '/', service: 'lost' }] }],
      }),
      makeIngress({
        name: 'wrong-name',
        age: 4,
        tls: [{ hosts: ['wrong.example'], secretName: 'foo-tls' }],
        rules: [{ host: 'wrong.example', paths: [{ path: '/', service: 'wrong' }] }],
      }),
      makeIngress({
        name: 'both',
        age: 5,
        annotations: { 'ssl-redirect': 'false' },
        tls: [{ hosts: ['both.example'], secretName: 'both-tls' }],
        rules: [{ host: 'both.example', paths: [{ path: '/', service: 'both' }] }],
      }),
      makeIngress({
        name: 'forced',
        age: 6,
        annotations: { 'force-ssl-redirect': 'true' },
        rules: [{ host: 'forced.example', paths: [{ path: '/', service: 'forced' }] }],
      }),
      makeIngress({
        name: 'slashes',
        age: 7,
        annotations: { 'force-ssl-redirect': 'true', 'preserve-trailing-slash': 'true' },
        rules: [{ host: 'slashes.example', paths: [{ path: '/', service: 'slashes' }] }],
      }),
    ],
    certificates: {
      'foo-tls': ['foo.example'],
      'bar-tls': ['*.bar.example'],
      'both-tls': ['both.example'],
    },
    requests: [
      'foo.example',
      'a.bar.example',
      'plain.bar.example',
      'lost.example',
      'wrong.example',
      'both.example',
      'forced.example',
      'slashes.example',
      'nobody.example',
    ].flatMap((host) => [
      http(host, '/'),
      http(host, '/path/'),
      http(host, '/path/?q=1/'),
      http(`${host}:8080`, '/path'),
      http(host.toUpperCase(), '/path'),
      http(`${host}.`, '/path'),
      http(host, '/a%20b/'),
      https(host, '/'),
      https(`${host}:8443`, '/path/'),
      https(host, '/', { serverName: '' }),
      https(host, '/', { serverName: 'foo.example' }),
      https(host, '/', { serverName: 'x.bar.example' }),
      https(host, '/', { serverName: 'NOBODY.example' }),
      https(host, '/', { misdirected: true }),
      https(host, '/', { version: '1.0' }),
    ]),
  },
  {
    name: 'rewrites',
    ingresses: [
      makeIngress({
        name: 'rewrite',
        annotations: { 'rewrite-target': '/$2', 'use-regex': 'true' },
        rules: [
          {
            host: 'foo.example',
            paths: [{ path: '/api(/|$)(.*)', pathType: 'ImplementationSpecific', service: 'api' }],
          },
        ],
      }),
      makeIngress({
        name: 'beside',
        age: 1,
        rules: [
          {
            host: 'foo.example',
            paths: [
              { path: '/', service: 'root' },
              { path: '/web', service: 'web' },
              { path: '/one', pathType: 'Exact', service: 'one' },
            ],
          },
        ],
      }),
      makeIngress({
        name: 'fixed',
        age: 2,
        annotations: { 'rewrite-target': '/fixed' },
        rules: [{ host: 'fixed.example', paths: [{ path: '/from', service: 'fixed' }] }],
      }),
      makeIngress({
        name: 'query',
        age: 3,
        annotations: { 'rewrite-target': '/q?added=1' },
        rules: [{ host: 'query.example', paths: [{ path: '/from', service: 'query' }] }],
      }),
      makeIngress({
        name: 'prefix',
        age: 4,
        annotations: { 'rewrite-target': '/$1', 'x-forwarded-prefix': '/outer' },
        rules: [
          {
            host: 'prefix.example',
            paths: [{ path: '/outer/?(.*)', pathType: 'ImplementationSpecific', service: 'inner' }],
          },
        ],
      }),
      makeIngress({
        name: 'regex',
        age: 5,
        annotations: { 'use-regex': 'true' },
        rules: [
          {
            host: 'regex.example',
            paths: [
              { path: '/v[0-9]+/', pathType: 'ImplementationSpecific', service: 'version' },
              { path: '/v1/users', pathType: 'ImplementationSpecific', service: 'users' },
              { path: '/', service: 'root' },
            ],
          },
        ],
      }),
      makeIngress({
        name: 'app-root',
        age: 6,
        annotations: { 'app-root': '/app' },
        rules: [{ host: 'app.example', paths: [{ path: '/', service: 'app' }] }],
      }),
    ],
    certificates: {},
    requests: [
      ...[
        '/api',
        '/api/',
        '/api/v1',
        '/api/v1?x=1',
        '/apix',
        '/API/v1',
        '/api//a',
        '/api/a%20b',
        '/api/%C3%B1',
        '/api/a%3Fb',
        '/api/a%2Fb',
        '/api/..',
        '/web',
        '/web/x',
        '/WEB',
        '/webx',
        '/one',
        '/one/',
        '/onex',
        '/',
      ].map((target) => http('foo.example', target)),
      ...['/from', '/from/x', '/fromx', '/FROM?a=1', '/other', '/from?a=1&b=2'].flatMap((target) => [
        http('fixed.example', target),
        http('query.example', target),
      ]),
      ...['/outer', '/outer/', '/outer/a/b', '/outera'].map((target) => http('prefix.example', target)),
      ...['/v1/', '/v12/x', '/v1/users', '/v1/users/5', '/V1/USERS', '/vx/', '/'].map((target) =>
        http('regex.example', target),
      ),
      ...['/', '/?x=1', '/app', '/app/', '//'].flatMap((target) => [
        http('app.example', target),
        http('app.example:8080', target),
        https('app.example', target),
      ]),
    ],
  },
  {
    name: 'canaries by header, cookie and weight',
    ingresses: [
      makeIngress({
        name: 'main',
        rules: [
          { host: 'foo.example', paths: [{ path: '/', service: 'main' }] },
          { host: 'value.example', paths: [{ path: '/', service: 'main-value' }] },
          { host: 'pattern.example', paths: [{ path: '/', service: 'main-pattern' }] },
          { host: 'weight.example', paths: [{ path: '/', service: 'main-weight' }] },
          { host: 'all.example', paths: [{ path: '/', service: 'main-all' }] },
        ],
      }),
      makeIngress({
        name: 'canary',
        age: 1,
        annotations: { canary: 'true', 'canary-by-header': 'X-Canary', 'canary-by-cookie': 'canary' },
        rules: [{ host: 'foo.example', paths: [{ path: '/', service: 'canary' }] }],
      }),
      makeIngress({
        name: 'value',
        age: 2,
        annotations: {
          canary: 'true',
          'canary-by-header': 'X-Canary',
          'canary-by-header-value': 'Yes.please',
        },
        rules: [{ host: 'value.example', paths: [{ path: '/', service: 'canary-value' }] }],
      }),
      makeIngress({
        name: 'pattern',
        age: 3,
        annotations: {
          canary: 'true',
          'canary-by-header': 'X-Canary',
          'canary-by-header-pattern': '^v[12]$',
        },
        rules: [{ host: 'pattern.example', paths: [{ path: '/', service: 'canary-pattern' }] }],
      }),
      makeIngress({
        name: 'weight',
        age: 4,
        annotations: { canary: 'true', 'canary-weight': '30' },
        rules: [{ host: 'weight.example', paths: [{ path: '/', service: 'canary-weight' }] }],
      }),
      makeIngress({
        name: 'all',
        age: 5,
        annotations: { canary: 'true', 'canary-weight': '100' },
        rules: [{ host: 'all.example', paths: [{ path: '/', service: 'canary-all' }] }],
      }),
      makeIngress({
        name: 'orphan',
        age: 6,
        annotations: { canary: 'true', 'canary-weight': '100' },
        rules: [{ host: 'orphan.example', paths: [{ path: '/', service: 'orphan' }] }],
      }),
    ],
    certificates: {},
    requests: [
      'foo.example',
      'value.example',
      'pattern.example',
      'weight.example',
      'all.example',
      'orphan.example',
    ].flatMap((host) => [
      http(host),
      ...['always', 'never', 'ALWAYS', 'Yes.please', 'yes.please', 'YesXplease', 'v1', 'v3', 'xv1'].map(
        (value) => http(host, '/', { headers: [['X-Canary', value]] }),
      ),
      ...['canary=always', 'canary=never', 'canary=x', 'other=always', 'CANARY=always'].map((value) =>
        http(host, '/', { headers: [['Cookie', value]] }),
      ),
      http(host, '/', {
        headers: [
          ['X-Canary', 'never'],
          ['Cookie', 'canary=always'],
        ],
      }),
    ]),
  },
  {
    name: 'redirects, access lists, aliases and the Host for the backend',
    ingresses: [
      makeIngress({
        name: 'moved',
        annotations: { 'permanent-redirect': 'https://new.example/' },
        rules: [{ host: 'moved.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'moved-308',
        age: 1,
        annotations: { 'permanent-redirect': 'https://new.example/', 'permanent-redirect-code': '308' },
        rules: [{ host: 'moved-308.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'away',
        age: 2,
        annotations: { 'temporal-redirect': 'https://away.example/' },
        rules: [{ host: 'away.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'closed',
        age: 3,
        annotations: { 'whitelist-source-range': '192.0.2.0/24' },
        rules: [{ host: 'closed.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'open',
        age: 4,
        annotations: { 'whitelist-source-range': '192.0.2.0/24,127.0.0.0/8' },
        rules: [{ host: 'open.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'denied',
        age: 5,
        annotations: { 'denylist-source-range': '127.0.0.1/32' },
        rules: [{ host: 'denied.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'alias',
        age: 6,
        annotations: { 'server-alias': 'alias.example,www.alias.example' },
        rules: [{ host: 'named.example', paths: [{ path: '/', service: 'b' }] }],
      }),
      makeIngress({
        name: 'vhost',
        age: 7,
        annotations: { 'upstream-vhost': 'inner.local' },
        rules: [{ host: 'vhost.example', paths: [{ path: '/', service: 'b' }] }],
      }),
      makeIngress({
        name: 'sticky',
        age: 8,
        annotations: { affinity: 'cookie', 'session-cookie-name': 'route' },
        rules: [{ host: 'sticky.example', paths: [{ path: '/', service: 'c' }] }],
      }),
    ],
    certificates: {},
    requests: [
      'moved',
      'moved-308',
      'away',
      'closed',
      'open',
      'denied',
      'named',
      'alias',
      'www.alias',
      'vhost',
      'sticky',
    ]
      .map((name) => `${name}.example`)
      .flatMap((host) => [
        http(host),
        http(host, '/x?y=1'),
        https(host, '/x'),
        http(`${host}:81`, '/x'),
        http(host, '/x', { headers: [['Cookie', 'route=abc|def']] }),
      ]),
  },
  {
    name: 'www or not',
    ingresses: [
      makeIngress({
        name: 'bare',
        annotations: { 'from-to-www-redirect': 'true' },
        tls: [{ hosts: ['foo.example'], secretName: 'foo-tls' }],
        rules: [{ host: 'foo.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'www',
        age: 1,
        annotations: { 'from-to-www-redirect': 'true' },
        rules: [{ host: 'www.bar.example', paths: [{ path: '/', service: 'b' }] }],
      }),
      makeIngress({
        name: 'taken',
        age: 2,
        annotations: { 'from-to-www-redirect': 'true' },
        rules: [{ host: 'www.foo2.example', paths: [{ path: '/', service: 'c' }] }],
      }),
      makeIngress({
        name: 'holder',
        age: 3,
        rules: [{ host: 'foo2.example', paths: [{ path: '/', service: 'd' }] }],
      }),
    ],
    certificates: { 'foo-tls': ['foo.example', 'www.foo.example'] },
    requests: [
      'foo.example',
      'www.foo.example',
      'bar.example',
      'www.bar.example',
      'foo2.example',
      'www.foo2.example',
    ]
      .flatMap(hostSpellings)
      .flatMap((host) =>
        ['/', '/x/', '/x?y=1', '/a%20b'].flatMap((target) => [http(host, target), https(host, target)]),
      ),
  },
  {
    name: 'headers on their way to the backend',
    ingresses: [
      makeIngress({
        name: 'echo',
        rules: [{ host: 'foo.example', paths: [{ path: '/', service: 'echo' }] }],
      }),
    ],
    certificates: {},
    requests: EACH_HEADER.flatMap((headers = []) => [
      http('foo.example', '/x', { headers }),
      https('foo.example:8443', '/x', { headers }),
      http('foo.example', '/x', { headers, version: '1.0' }),
    ]).concat(
      http('foo.example', '/x', {
        method: 'POST',
        body: 'a=1&b=2',
        headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      }),
      http('foo.example', '/x', { method: 'PUT', body: 'x' }),
      http('foo.example', '/x', { method: 'DELETE' }),
      http('foo.example', '/x', { method: 'OPTIONS' }),
      http('foo.example', '/x', { method: 'HEAD' }),
      http('foo.example', '/x', { method: 'PATCH', body: '{}' }),
    ),
  },
  {
    name: 'several Ingresses for one host',
    ingresses: [
      makeIngress({
        name: 'young',
        age: 9,
        rules: [
          {
            host: 'foo.example',
            paths: [
              { path: '/a', service: 'young-a' },
              { path: '/b', service: 'young-b' },
            ],
          },
        ],
      }),
      makeIngress({
        name: 'old',
        age: 1,
        rules: [{ host: 'foo.example', paths: [{ path: '/a', service: 'old-a' }] }],
      }),
      makeIngress({
        name: 'same-age-z',
        age: 5,
        rules: [{ host: 'tie.example', paths: [{ path: '/', service: 'z' }] }],
      }),
      makeIngress({
        name: 'same-age-a',
        age: 5,
        rules: [{ host: 'tie.example', paths: [{ path: '/', service: 'a' }] }],
      }),
      makeIngress({
        name: 'with-default',
        age: 6,
        defaultBackend: 'others',
        rules: [{ host: 'half.example', paths: [{ path: '/half', service: 'half' }] }],
      }),
    ],
    certificates: {},
    requests: ['/', '/a', '/b', '/c', '/half', '/half/x', '/halfx'].flatMap((target) =>
      ['foo.example', 'tie.example', 'half.example', 'nobody.example'].map((host) => http(host, target)),
    ),
  },
];
