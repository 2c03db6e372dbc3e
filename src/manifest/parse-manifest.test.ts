import { describe, expect, test } from 'vitest';
import { parseManifest } from './index.ts';

const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: app\n';
const prefix = 'error: error parsing app.yaml: error converting YAML to JSON: ';

describe('a file of manifests', () => {
  test('is read document by document, empty ones left out', () => {
    const { documents, problems } = parseManifest('a: 1\n---\n# nothing\n---\nb: 2\n', 'app.yaml');
    expect(problems).toEqual([]);
    expect(documents.map(({ object, index }) => [index, object])).toEqual([
      [0, { a: 1 }],
      [2, { b: 2 }],
    ]);
  });

  test('may be empty, or nothing but comments', () => {
    for (const text of ['', '\n\n', '---\n', '# hello\n'])
      expect(parseManifest(text, 'app.yaml').documents).toEqual([]);
  });

  test('may have Windows line ends', () => {
    expect(
      parseManifest('a: 1\r\n---\r\nb:\r\n- c\r\n', 'app.yaml').documents.map(({ object }) => object),
    ).toEqual([{ a: 1 }, { b: ['c'] }]);
  });

  test('keeps its other documents when one is broken', () => {
    const { documents, problems } = parseManifest('a: 1\n---\nb: c: d\n---\ne: 2\n', 'app.yaml');
    expect(documents.map(({ index }) => index)).toEqual([0, 2]);
    expect(problems).toMatchObject([
      {
        index: 1,
        message: `${prefix}yaml: line 1: mapping values are not allowed in this context`,
        range: { line: 3 },
      },
    ]);
  });

  test('has scalars as YAML 1.1 reads them', () => {
    const text =
      'a: yes\nb: n\nc: 0777\nd: 1:30\ne: 2001-01-01\nf: 1e3\ng: 0x1F\nh: ~\ni: 1_000\nj: "1"\nk: 08\nl: -\u00a0\n';
    expect(parseManifest(text, 'app.yaml').documents[0]!.object).toMatchObject({
      a: true,
      b: false,
      c: 511,
      d: '1:30',
      e: '2001-01-01',
      f: 1000,
      g: 31,
      h: null,
      i: 1000,
      j: '1',
      k: 8,
    });
  });

  test('may use anchors and merge keys', () => {
    const text = 'base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  b: 3\n';
    expect(parseManifest(text, 'app.yaml').documents[0]!.object).toEqual({
      base: { a: 1, b: 2 },
      more: { a: 1, b: 3 },
    });
  });

  // Recorded from kubectl v1.32 (`kubectl label --local -f`).
  test.each([
    ['spec: a: b\n', 'yaml: line 5: mapping values are not allowed in this context'],
    ['spec:\n  type: "NodePort\n', 'yaml: line 7: found unexpected end of stream'],
    ['x: *foo\n', "yaml: unknown anchor 'foo' referenced"],
    ['data:\n  n: @foo\n', 'yaml: line 6: found character that cannot start any token'],
    ['spec:\n  ports:\n\t- port: 80\n', 'yaml: line 7: found character that cannot start any token'],
  ])('is refused in yaml.v2’s words: %j', (rest, message) => {
    expect(parseManifest(service + rest, 'app.yaml').problems[0]?.message).toBe(prefix + message);
  });

  test('is refused when a separator line goes on', () => {
    expect(parseManifest(`${service}--- foo\na: b\n`, 'app.yaml').problems[0]?.message).toBe(
      'error: error parsing app.yaml: invalid Yaml document separator: foo',
    );
  });

  test('is refused when it is binary', () => {
    expect(parseManifest('a\0b', 'app.yaml').problems[0]?.message).toBe(
      `${prefix}yaml: control characters are not allowed`,
    );
  });

  test('is refused when aliases would make it explode', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${Array(9)
          .fill(level === 0 ? 'x' : `*l${level - 1}`)
          .join(', ')}]`,
    );
    expect(parseManifest(levels.join('\n'), 'app.yaml').problems[0]?.message).toBe(
      `${prefix}yaml: document contains excessive aliasing`,
    );
  });

  test('is refused when an anchor contains itself', () => {
    expect(parseManifest('a: &x [*x]\n', 'app.yaml').problems[0]?.message).toBe(
      `${prefix}yaml: anchor 'x' value contains itself`,
    );
  });

  test('is refused when it is nested without end, or larger than a request may be', () => {
    expect(parseManifest('['.repeat(200_000), 'app.yaml').problems).toHaveLength(1);
    expect(parseManifest('a'.repeat(4_000_000), 'app.yaml').problems[0]?.message).toContain(
      'Request entity too large',
    );
  });

  test('keeps the key __proto__ a key', () => {
    const object = parseManifest('__proto__: {polluted: true}\n', 'app.yaml').documents[0]!.object as object;
    expect(Object.keys(object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect('polluted' in object).toBe(false);
  });
});

describe('the place of a field', () => {
  const manifest = parseManifest(
    `# first\n---\n${service}  labels:\n    a.b/c: d\nspec:\n  ports:\n  - port: 80\n    targetPort: web\n`,
    'app.yaml',
  );

  test('is its key and its value', () => {
    expect(manifest.positionOf(1, 'spec.ports[0].targetPort')).toEqual({
      exact: true,
      range: { line: 12, column: 5, endLine: 12, endColumn: 20 },
      key: { line: 12, column: 5, endLine: 12, endColumn: 15 },
      value: { line: 12, column: 17, endLine: 12, endColumn: 20 },
    });
  });

  test('may be a key of a map, in brackets', () => {
    expect(manifest.positionOf(1, 'metadata.labels[a.b/c]').value).toMatchObject({ line: 8, column: 12 });
  });

  test('is the nearest parent when the field is not written', () => {
    expect(manifest.positionOf(1, 'spec.ports[0].nodePort')).toMatchObject({
      exact: false,
      range: { line: 11 },
    });
    expect(manifest.positionOf(1, 'spec.selector.app')).toMatchObject({
      exact: false,
      key: { line: 9, column: 1 },
    });
    expect(manifest.positionOf(1, 'status')).toMatchObject({ exact: false, range: { line: 3, column: 1 } });
  });
});
