import { expect, test } from 'vitest';
import { createCluster } from '../../../engine/index.ts';
import { parseManifest, stringifyYaml } from '../../../manifest/index.ts';
import { createShell } from '../../index.ts';
import recorded from './recorded.json' with { type: 'json' };

const shell = createShell({
  cluster: createCluster({ nodes: [] }),
  files: {
    list: () => ['list.json'],
    read: (name) => (name === 'list.json' ? `${JSON.stringify(recorded.input)}\n` : undefined),
    write() {},
  },
  parseManifests: parseManifest,
  stringifyYaml,
});

async function type(line: string) {
  let output = '';
  let errors = '';
  const { status } = await shell.run(line, {
    write: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
    columns: 80,
    signal: new AbortController().signal,
  });
  return { output, errors, status };
}

test.each(recorded.cases)('jq 1.6 answers $program so', async ({ program, output, errors, status }) => {
  const quoted = `'${program.replaceAll("'", `'\\''`)}'`;
  expect(await type(`jq -rc ${quoted} list.json`)).toEqual({ output, errors, status });
});

test('reads several values, pretty prints, takes arguments', async () => {
  expect((await type(`echo '{"a":1} {"a":[]}' | jq .a`)).output).toBe('1\n[]\n');
  expect((await type(`echo '{"b":{"c":[1,2]},"a":null}' | jq -S .`)).output).toBe(
    '{\n  "a": null,\n  "b": {\n    "c": [\n      1,\n      2\n    ]\n  }\n}\n',
  );
  expect((await type(`jq -n --arg x hello '$x + "!"'`)).output).toBe('"hello!"\n');
  expect((await type(`echo '{}' | jq -e .a`)).status).toBe(1);
});
