import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifest, stringifyYaml } from './index.ts';

describe('an object as kubectl -o yaml prints it', () => {
  test('has sorted keys and lists no deeper than their key', () => {
    expect(
      stringifyYaml({
        spec: { ports: [{ targetPort: 'web', port: 80 }], empty: {}, none: [], nested: [[1], [2, 3]] },
        kind: 'Service',
      }),
    ).toBe(
      'kind: Service\nspec:\n  empty: {}\n  nested:\n  - - 1\n  - - 2\n    - 3\n  none: []\n  ports:\n  - port: 80\n    targetPort: web\n',
    );
  });

  // Recorded from kubectl v1.32 (`kubectl label --local -f … -o yaml`).
  test.each([
    ['true', '"true"'],
    ['', '""'],
    ['- x', "'- x'"],
    ['a: b', "'a: b'"],
    ['y', '"y"'],
    ['0777', '"0777"'],
    ['2001-01-01', '"2001-01-01"'],
    ["it's", "it's"],
    ['a\tb', '"a\\tb"'],
    ['😀', '"\\U0001F600"'],
    ['\x1b[31m', '"\\e[31m"'],
    [' lead', "' lead'"],
    ['1:30', '"1:30"'],
    ['=', '='],
    ['NaN', 'NaN'],
    ['1e', '1e'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ["g'b: c", "'g''b: c'"],
    ['a\r\nb', '"a\\r\\nb"'],
    ['a \nb\n', '"a \\nb\\n"'],
    ['line1\nline2\n', '|\n    line1\n    line2'],
    ['line1\nline2', '|-\n    line1\n    line2'],
    ['a\n\n', '|+\n    a\n'],
    [' a\nb', '|2-\n     a\n    b'],
  ])('quotes %j only where it must', (text, written) => {
    expect(stringifyYaml({ data: { a: text } })).toBe(`data:\n  a: ${written}\n`);
  });

  test('folds long lines at column 80', () => {
    const words = `${'a'.repeat(20)} ${'b'.repeat(29)} ${'c'.repeat(28)} ${'d'.repeat(20)} e`;
    expect(stringifyYaml({ data: { g1: words } })).toBe(
      `data:\n  g1: ${'a'.repeat(20)} ${'b'.repeat(29)} ${'c'.repeat(28)}\n    ${'d'.repeat(20)} e\n`,
    );
  });

  test('reads back as the same object', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(' ', '\n', ':', '-', '#', 'a', '1', '"', "'", '\t', '|', '\\') }),
      fc.constantFrom('yes', '1e3', '~'),
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, (value) => {
        const object = { value };
        expect(parseManifest(stringifyYaml(object), 'app.yaml').documents[0]?.object).toEqual(object);
      }),
    );
  });
});
