import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startTestShell } from '../../test/support/test-shell.ts';
import { COMMANDS } from './commands/index.ts';

const words = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...COMMANDS.map(({ name }) => name)) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...(COMMANDS.find(({ name }) => name === 'kubectl')?.subcommands ?? []).map(
        ({ name }) => `kubectl ${name}`,
      ),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...[
        'pods',
        'pod/client',
        'client',
        'svc',
        'hello',
        'deploy/hello',
        'node-1',
        '-A',
        '-o',
        'yaml',
        '-l',
        'a=b',
        '-n',
        '--',
      ],
      ...[
        '-w',
        '-f',
        'hello.yaml',
        '--all',
        '$x',
        '"$x"',
        '${x',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own
        '${x:-y}',
        '$(',
        '$(echo a)',
        '`',
        "'",
        '"',
        '\\',
        '{1..3}',
        '{a,b',
      ],
      ...[
        '[[',
        ']]',
        '((',
        '))',
        '*',
        '?',
        '~',
        '>',
        '>>',
        '<',
        '2>&1',
        '<<EOF',
        '&',
        '1+',
        'x=1',
        'a[0]=2',
        '%1',
        '-1',
        '99999999999',
      ],
    ),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 6 }) },
);
const joints = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  ' ',
  ' | ',
  ' && ',
  ' || ',
  '; ',
  ' & ',
  '\n',
  ' ; do ',
  ' ; done',
  ' fi ',
  ' if ',
  ' while ',
);
const lines = fc
  .array(fc.tuple(words, joints), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.flat().join(''));

test('no line, however wild, breaks the shell or holds it for ever', { timeout: 120_000 }, async () => {
  let at = await startTestShell({ applied: true });
  let typed = 0;
  await fc.assert(
    fc.asyncProperty(lines, async (line) => {
      // What the lines before have deleted comes back now and then.
      if (++typed % 50 === 0) {
        at.shell.close();
        at = await startTestShell({ applied: true });
      }
      // A person would press Ctrl-C on what has no end.
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), 50);
      try {
        const { status } = await at.type(line, controller.signal);
        expect(status).toBeGreaterThanOrEqual(0);
      } finally {
        clearTimeout(timer);
      }
    }),
    { numRuns: 300 },
  );
  at.shell.close();
});
