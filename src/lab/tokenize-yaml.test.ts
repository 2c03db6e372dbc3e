import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenizeYaml, tokenizeYamlLine } from './tokenize-yaml.ts';

const marked = (text: string) =>
  tokenizeYaml(text).map((line) =>
    line.map((token) => (token.kind === 'text' ? token.text : `<${token.kind} ${token.text}>`)).join(''),
  );

test.each([
  ['  - port: 80', '  - <key port>: <number 80>'],
  ['name: hello # a name', '<key name>: hello <comment # a name>'],
  ['labels: {app: hello, n: 3}', '<key labels>: {<key app>: hello, <key n>: <number 3>}'],
  ['---', '<comment --->'],
  ['image: hello:1.0', '<key image>: hello:1.0'],
  ['args: ["a: b", 8080]', '<key args>: ["a: b", <number 8080>]'],
  ['clusterIP: 100.64.0.10', '<key clusterIP>: 100.64.0.10'],
  ['app.kubernetes.io/name: x', '<key app.kubernetes.io/name>: x'],
  ['enabled: true', '<key enabled>: <number true>'],
  ['url: http://a#b', '<key url>: http://a#b'],
])('%s', (line, expected) => {
  expect(marked(line)).toEqual([expected]);
});

test('the lines of a block scalar are text until the indentation returns', () => {
  expect(marked('data:\n  key: |\n    a: 1\n    # no comment\n\n  next: 2')).toEqual([
    '<key data>:',
    '  <key key>: |',
    '    a: 1',
    '    # no comment',
    '',
    '  <key next>: <number 2>',
  ]);
});

test('no character is lost, whatever the line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), (line) => {
      const { tokens } = tokenizeYamlLine(line, undefined);
      const starts = tokens.map((token) => token.start);
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
      if (line !== '') expect(starts[0]).toBe(0);
    }),
  );
});
