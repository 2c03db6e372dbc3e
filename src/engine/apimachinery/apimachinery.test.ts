import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeSchemaOf } from '../api/index.ts';
import {
  addressAt,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  deepClone,
  deepEqual,
  fnv32a,
  formatIP,
  formatLabelSelector,
  formatQuantity,
  formatSelector,
  goQuote,
  humanDuration,
  labelSelectorMatches,
  milliValue,
  offsetOf,
  parseCIDR,
  parseIP,
  parseIPSloppy,
  parseQuantity,
  parseSelector,
  quantityOf,
  safeEncodeString,
  scaledValue,
  selectorMatches,
  threeWayMergePatch,
  wholeValue,
} from './index.ts';

describe('quantities', () => {
  test.each([
    ['1', '1'],
    ['0.1', '100m'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['1024Mi', '1Gi'],
    ['1536Mi', '1536Mi'],
    ['1e3', '1e3'],
    ['1000', '1k'],
    ['0', '0'],
    ['-5', '-5'],
    ['1.5Gi', '1536Mi'],
    ['100n', '100n'],
    ['0.5Mi', '512Ki'],
  ])('%s is %s', (text, canonical) => {
    expect(formatQuantity(quantityOf(text))).toBe(canonical);
  });

  test('cpu counts in thousandths, memory in bytes, both rounded up', () => {
    expect([
      milliValue(quantityOf('250m')),
      milliValue(quantityOf('1.0001')),
      wholeValue(quantityOf('64Mi')),
      wholeValue(quantityOf('0.5')),
    ]).toEqual([250, 1001, 67108864, 1]);
  });

  test.each(['64mb', '1 Gi', 'much', '', '1..2', '--1'])('%j is none', (text) => {
    expect(parseQuantity(text)).toMatchObject({ ok: false });
  });

  test('the canonical form means the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.constantFrom('', 'm', 'k', 'Ki', 'Mi', 'G', 'e2'),
        (number, suffix) => {
          const quantity = quantityOf(`${number}${suffix}`);
          expect(quantityOf(formatQuantity(quantity)).nanos).toBe(quantity.nanos);
        },
      ),
    );
  });
});

describe('addresses', () => {
  test.each([
    ['fd00:0:0::1', 'fd00::1'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
    ['10.0.0.1', '10.0.0.1'],
    ['1:2:3:4:5:6:7:0', '1:2:3:4:5:6:7:0'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatIP(parseIP(text)!)).toBe(canonical);
  });

  test.each([
    '010.0.0.1',
    '10.0.0',
    '256.0.0.1',
    ':::',
    '1:2',
    'fe80::1%eth0',
    '10.0.0.1/8',
    ' 10.0.0.1',
    '1::2::3',
    '::10.0.0',
  ])('%j is none', (text) => {
    expect(parseIP(text)).toBeUndefined();
  });

  test('leading zeros are read as people mean them where old fields allow them', () => {
    expect(formatIP(parseIPSloppy('010.096.000.010')!)).toBe('10.96.0.10');
  });

  test('a place in a range leads back to itself', () => {
    const prefix = parseCIDR('10.96.0.0/12')!;
    fc.assert(
      fc.property(fc.nat(2 ** 20 - 1), (offset) => {
        expect(offsetOf(prefix, addressAt(prefix, offset))).toBe(offset);
      }),
    );
  });

  test('IPv6 survives writing and reading', () => {
    const words = fc.array(
      fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat(65535) }),
      { minLength: 8, maxLength: 8 },
    );
    fc.assert(
      fc.property(words, (list) => {
        const text = list.map((word) => word.toString(16)).join(':');
        expect(parseIP(formatIP(parseIP(text)!))).toEqual(parseIP(text));
      }),
    );
  });
});

describe('selectors', () => {
  test.each([
    ['app=web', true],
    ['app==web,tier', true],
    ['app!=web', false],
    ['app in (web, api)', true],
    ['app notin (web)', false],
    ['!app', false],
    ['!other', true],
    ['size>1', true],
    ['size<2', false],
    ['', true],
  ])('%j', (text, matches) => {
    const parsed = parseSelector(text);
    expect(parsed.ok && selectorMatches(parsed.selector, { app: 'web', tier: 'front', size: '3' })).toBe(
      matches,
    );
  });

  test.each(['=', 'a in', 'a in (', 'a,,b', 'a=b c', 'A B'])('%j cannot be read', (text) => {
    expect(parseSelector(text).ok).toBe(false);
  });

  test('an absent LabelSelector selects nothing, an empty one everything', () => {
    expect([labelSelectorMatches(undefined, {}), labelSelectorMatches({}, {})]).toEqual([false, true]);
    expect([
      formatLabelSelector(undefined),
      formatLabelSelector({ matchLabels: { b: '2', a: '1' } }),
    ]).toEqual(['<none>', 'a=1,b=2']);
  });

  test('printing and reading a selector again gives the same one', () => {
    const text = 'a,b in (x,y),!c,d!=e';
    const parsed = parseSelector(text);
    expect(parsed.ok && formatSelector(parsed.selector)).toBe(text);
  });
});

describe('patches', () => {
  const schema = mergeSchemaOf('Service');
  const current = {
    metadata: { name: 'web', labels: { a: '1' }, uid: 'u' },
    spec: {
      clusterIP: '10.96.0.9',
      ports: [
        { port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30080 },
        { port: 443, targetPort: 443 },
      ],
    },
  };

  test('a strategic merge goes by the keys of lists', () => {
    const patch = {
      spec: { ports: [{ port: 80, targetPort: 8080 }, { port: 443, $patch: 'delete' }, { port: 53 }] },
    };
    expect(applyStrategicMergePatch(current, patch, schema)).toMatchObject({
      spec: {
        clusterIP: '10.96.0.9',
        ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }, { port: 53 }],
      },
    });
  });

  test('apply keeps what the server gave and removes what the manifest no longer has', () => {
    const original = {
      metadata: { name: 'web', labels: { a: '1', b: '2' } },
      spec: { ports: [{ port: 80 }, { port: 443 }] },
    };
    const modified = { metadata: { name: 'web', labels: { b: '2' } }, spec: { ports: [{ port: 80 }] } };
    const patch = threeWayMergePatch(original, modified, current, schema);
    expect(applyStrategicMergePatch(current, patch, schema)).toEqual({
      metadata: { name: 'web', labels: { b: '2' }, uid: 'u' },
      spec: {
        clusterIP: '10.96.0.9',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30080 }],
      },
    });
  });

  test('apply of the same again is nothing', () => {
    const manifest = { metadata: { name: 'web' }, spec: { ports: [{ port: 443 }, { port: 80 }].reverse() } };
    expect(threeWayMergePatch(manifest, manifest, current, schema)).toEqual({});
  });

  test('the strategy of a Deployment keeps only what the manifest says', () => {
    const deployment = mergeSchemaOf('Deployment');
    const stored = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } } };
    const patch = threeWayMergePatch({}, { spec: { strategy: { type: 'Recreate' } } }, stored, deployment);
    expect(applyStrategicMergePatch(stored, patch, deployment)).toEqual({
      spec: { strategy: { type: 'Recreate' } },
    });
  });

  test('whatever the three versions, the manifest is there afterwards', () => {
    const labels = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('1', '2'));
    const ports = fc.uniqueArray(
      fc.record({ port: fc.constantFrom(80, 443, 53), name: fc.constantFrom('x', 'y') }),
      { selector: ({ port }) => port },
    );
    const manifest = fc.record({ metadata: fc.record({ labels }), spec: fc.record({ ports }) });
    fc.assert(
      fc.property(manifest, manifest, manifest, (original, modified, stored) => {
        const result = applyStrategicMergePatch(
          stored,
          threeWayMergePatch(original, modified, stored, schema),
          schema,
        ) as typeof modified;
        for (const [name, value] of Object.entries(modified.metadata.labels))
          expect(Object.entries(result.metadata.labels)).toContainEqual([name, value]);
        for (const port of modified.spec.ports) expect(result.spec.ports).toContainEqual(port);
      }),
    );
  });

  test('a merge patch replaces lists and removes nulls (RFC 7386)', () => {
    expect(applyMergePatch({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { b: null, c: [3] } })).toEqual({
      a: { c: [3] },
      d: 1,
    });
  });

  test('a JSON patch applies whole or not at all (RFC 6902)', () => {
    const target = { list: ['a', 'b'], 'x/y': 1 };
    expect(
      applyJsonPatch(target, [
        { op: 'add', path: '/list/1', value: 'c' },
        { op: 'remove', path: '/x~1y' },
      ]),
    ).toEqual({
      ok: true,
      value: { list: ['a', 'c', 'b'] },
    });
    expect(
      applyJsonPatch(target, [
        { op: 'remove', path: '/list/0' },
        { op: 'test', path: '/list/0', value: 'z' },
      ]).ok,
    ).toBe(false);
    expect(target.list).toEqual(['a', 'b']);
  });
});

describe('small things', () => {
  test.each([
    [0, '0s'],
    [119_000, '119s'],
    [120_000, '2m'],
    [200_000, '3m20s'],
    [3_600_000, '60m'],
    [10_800_000, '3h'],
    [11_400_000, '3h10m'],
    [172_800_000, '2d'],
    [176_400_000, '2d1h'],
    [691_200_000, '8d'],
    [63_072_000_000, '2y'],
    [66_000_000_000, '2y33d'],
  ])('%i ms old is %s', (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text);
  });

  test("hashes and their spelling are Go's", () => {
    expect([fnv32a(''), fnv32a('a'), fnv32a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
    expect(safeEncodeString('0123456789')).toBe('456789bcdf');
  });

  test('a share of the whole is rounded as asked', () => {
    expect([
      scaledValue('25%', 10, true),
      scaledValue('25%', 10, false),
      scaledValue(3, 10, true),
      scaledValue('x', 10, true),
    ]).toEqual([3, 2, 3, undefined]);
  });

  test("quoting is Go's", () => {
    expect(goQuote('a"b\n\\é\u0001')).toBe('"a\\"b\\n\\\\é\\x01"');
  });

  test('a copy equals and is another', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(deepEqual(deepClone(value), value)).toBe(true);
      }),
    );
    expect(deepEqual({ a: undefined }, {})).toBe(true);
    expect(deepEqual({ a: 1 }, { b: 1 })).toBe(false);
  });
});
