import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESOURCES, type ResourceInfo, structSchema, type TypeSchema } from '../api/index.ts';
import { createRandom, createVirtualClock } from '../apimachinery/index.ts';
import { createApiServer } from './create-api-server.ts';

/** Texts that mean something somewhere, so that near-valid manifests come close to being valid. */
const TEXTS = [
  '',
  'a',
  'web',
  'default',
  'Web_1',
  '10.96.0.50',
  'fd00::1',
  '10.0.0.0/8',
  '25%',
  '8080',
  'http',
  'None',
  'IPv4',
  'TCP',
  'NodePort',
  'LoadBalancer',
  'ExternalName',
  'ClientIP',
  'Local',
  'Always',
  'Never',
  'In',
  'Exists',
  'a.b/c',
  '__proto__',
  'constructor',
  'x'.repeat(300),
  '\u0000',
  '👩‍🚀',
  '2026-01-01T00:00:00Z',
  'eyJ9',
  '1Gi',
  '-1',
  '1e9999',
  'metadata.name',
  '/a/../b',
  '*',
  '*.example.com',
];
const anyText = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 12 }));
const anyNumber = fc.oneof(
  fc.constantFrom(0, 1, -1, 80, 30080, 65536, 1.5, 2 ** 31, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY),
  fc.integer(),
);
const anything = fc.oneof(
  anyText,
  anyNumber,
  fc.boolean(),
  fc.constantFrom(null, undefined, [], {}, [[]], [null], { a: null }, JSON.parse('{"__proto__": {"x": 1}}')),
);

/** A value of the type most of the time, and anything at all now and then. */
function near(type: TypeSchema, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: fitting(type, depth) }, { weight: 1, arbitrary: anything });
}

function fitting(type: TypeSchema, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'struct':
      return depth > 6 ? fc.constant({}) : fc.constant(undefined).chain(() => struct(type.name, depth + 1));
    case 'list':
      return fc.array(near(type.items, depth), { maxLength: 2 });
    case 'map':
      return fc.dictionary(anyText, near(type.values, depth), { maxKeys: 2 });
    case 'text':
      return type.values
        ? fc.oneof(
            { weight: 9, arbitrary: fc.constantFrom(...type.values) },
            { weight: 1, arbitrary: anyText },
          )
        : anyText;
    case 'scalar':
      if (type.name === 'bool') return fc.boolean();
      if (type.name === 'int32' || type.name === 'int64' || type.name === 'number') return anyNumber;
      if (type.name === 'intOrString') return fc.oneof(anyText, anyNumber);
      return type.name === 'any' ? anything : anyText;
  }
}

function struct(name: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const fields = [...structSchema(name)!.values()];
  return fc.subarray(fields, { maxLength: Math.min(8, fields.length) }).chain((chosen) => {
    const wanted = [
      ...new Set([...chosen, ...fields.filter(({ required, name: field }) => required || field === 'spec')]),
    ];
    return fc.record(Object.fromEntries(wanted.map((field) => [field.name, near(field.type, depth)])));
  });
}

function manifest(info: ResourceInfo): fc.Arbitrary<Record<string, unknown>> {
  const metadata = fc.oneof(
    { weight: 4, arbitrary: fc.constant({ name: 'web', namespace: 'default', labels: { app: 'web' } }) },
    { weight: 1, arbitrary: struct('ObjectMeta', 2) },
  );
  return fc.tuple(struct(info.kind, 0), metadata).map(([object, meta]) => ({ ...object, metadata: meta }));
}

const POD = { containers: [{ name: 'web', image: 'nginx' }] };
const WORKLOAD = {
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: POD },
  },
};
/** What a kind needs besides its metadata to be good; most need nothing. */
const VALID: Readonly<Record<string, object | undefined>> = {
  ControllerRevision: { revision: 1, data: {} },
  DaemonSet: WORKLOAD,
  Deployment: WORKLOAD,
  EndpointSlice: { addressType: 'IPv4', endpoints: [] },
  Event: { involvedObject: { namespace: 'default' } },
  IPAddress: {
    metadata: { name: '10.96.0.99' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'web' } },
  },
  Ingress: { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
  IngressClass: { spec: { controller: 'example.com/web' } },
  Job: { spec: { template: { spec: { ...POD, restartPolicy: 'Never' } } } },
  NetworkPolicy: { spec: { podSelector: {} } },
  Node: { spec: {} },
  Pod: { spec: POD },
  ReplicaSet: WORKLOAD,
  Service: { spec: { ports: [{ port: 80 }] } },
  ServiceCIDR: { spec: { cidrs: ['10.200.0.0/24'] } },
  StatefulSet: WORKLOAD,
};

function start() {
  return createApiServer({
    clock: createVirtualClock(),
    random: createRandom(1),
    serviceCIDR: '10.96.0.0/12',
  });
}

describe('whatever is sent', () => {
  test.each(RESOURCES.map((info) => [info.kind, info] as const))(
    'a near-valid %s is stored or refused with a reason',
    (_, info) => {
      const server = start();
      fc.assert(
        fc.property(
          manifest(info),
          fc.constantFrom('Strict', 'Warn', 'Ignore'),
          (object, fieldValidation) => {
            const result = server.create(info.name, object as never, {
              fieldValidation: fieldValidation as 'Strict',
            });
            if (!result.ok) {
              expect(result.status.message).toMatch(/\S/);
              expect(result.status.code).toBeGreaterThanOrEqual(400);
              return;
            }
            const { name, namespace = '' } = result.object.metadata;
            expect(server.get(info.name, namespace, name)).toMatchObject({ ok: true });
            server.patch(info.name, namespace, name, 'strategic', object);
            server.patch(info.name, namespace, name, 'merge', object);
            server.delete(info.name, namespace, name, { gracePeriodSeconds: 0 });
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  test('a change is applied or refused, and a refused one changes nothing', () => {
    const service = { metadata: { name: 'web', namespace: 'default' }, spec: { ports: [{ port: 80 }] } };
    fc.assert(
      fc.property(
        fc.array(manifest(RESOURCES.find(({ kind }) => kind === 'Service')!), { maxLength: 4 }),
        (changes) => {
          const server = start();
          server.create('services', service);
          for (const change of changes) {
            const before = server.get('services', 'default', 'web');
            const addresses = server.list('ipaddresses').length;
            const result = server.patch('services', 'default', 'web', 'json', [
              { op: 'replace', path: '', value: change },
            ]);
            if (result.ok) continue;
            expect(server.get('services', 'default', 'web')).toEqual(before);
            expect(server.list('ipaddresses').length).toBe(addresses);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(RESOURCES.map((info) => [info.kind, info] as const))(
    'a change of a %s by any way is applied or refused, and a refused one changes nothing',
    (kind, info) => {
      const base = VALID[kind] ?? {};
      const template = { labels: { app: 'web' } };
      fc.assert(
        fc.property(
          manifest(info),
          fc.constantFrom('update', 'strategic', 'merge', 'json'),
          fc.boolean(),
          (change, way, dryRun) => {
            const server = start();
            const made = server.create(info.name, {
              metadata: { name: 'web', ...template },
              ...base,
            } as never);
            if (!made.ok) throw new Error(made.status.message);
            const { name, namespace = '' } = made.object.metadata;
            const body = { ...made.object, ...change, metadata: made.object.metadata };
            const everything = () => RESOURCES.map(({ name: each }) => server.list(each));
            const before = everything();
            const result =
              way === 'update'
                ? server.update(info.name, body as never, { dryRun })
                : server.patch(
                    info.name,
                    namespace,
                    name,
                    way as 'json',
                    way === 'json' ? [{ op: 'replace', path: '', value: body }] : change,
                    { dryRun },
                  );
            if (!result.ok) expect(result.status.message).toMatch(/\S/);
            if (!result.ok || dryRun) expect(everything()).toEqual(before);
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  test('no prototype is touched', () => {
    const server = start();
    const evil = JSON.parse(
      '{"metadata": {"name": "a", "labels": {"__proto__": "x"}, "__proto__": {"polluted": 1}}, "data": {"__proto__": "y"}}',
    );
    server.create('configmaps', evil);
    server.patch('configmaps', 'default', 'a', 'merge', evil);
    server.patch('configmaps', 'default', 'a', 'strategic', evil);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each([undefined, null, 5, 'text', [], true])('%j instead of an object is a bad request', (input) => {
    const result = start().create('pods', input as never);
    expect(!result.ok && result.status.code).toBe(400);
  });
});
