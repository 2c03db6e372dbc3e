import { describe, expect, test } from 'vitest';
import type { Process, Program } from '../../../libc/index.ts';
import { COMMON_PROGRAMS } from './index.ts';

/** Runs a script to its end, letting virtual time pass at once, and tells what it wrote. */
function run(script: string, limit = 1000) {
  const files = new Map<string, string>();
  let output = '';
  let now = 0;
  const waits: string[] = [];
  const make = (changes: Partial<Process>): Process => ({
    arguments: ['sh', '-c', script],
    env: { NAME: 'world' },
    hostname: 'pod',
    netns: 'default/pod',
    addresses: ['100.96.1.2'],
    libc: 'musl',
    workingDirectory: '/',
    declaredPorts: [],
    now: () => now,
    date: () => Date.UTC(2026, 0, 1) + now,
    random: () => 0.5,
    after: () => () => undefined,
    readFile: (path) => files.get(path),
    readDirectory: () => undefined,
    writeFile: (path, text) => files.set(path, text) && true,
    removeFile: (path) => files.delete(path),
    stdout: (text) => {
      output += text;
    },
    stderr: (text) => {
      output += text;
    },
    listen: () => ({ ok: true, close: () => undefined }),
    request: () => {
      throw new Error('no network here');
    },
    resolve: () => ({ ok: false, error: 'EAI_NONAME', exchanges: [], elapsedMs: 0 }),
    find: (name) => (name === 'server' ? server : COMMON_PROGRAMS[name]),
    child: (more) => make({ ...changes, ...more }),
    ...changes,
  });
  const server: Program = function* () {
    yield { kind: 'terminate' };
    return 0;
  };
  const steps = COMMON_PROGRAMS.sh!(make({}));
  for (let step = 0; step < limit; step++) {
    const next = steps.next();
    if (next.done) return { output, status: next.value, files, now, waits };
    waits.push(next.value.kind === 'sleep' ? `sleep ${next.value.milliseconds}` : next.value.kind);
    if (next.value.kind === 'terminate' || next.value.milliseconds === Number.POSITIVE_INFINITY) break;
    now += next.value.milliseconds;
  }
  return { output, status: undefined, files, now, waits };
}

describe('sh -c', () => {
  test.each([
    ['echo hello $NAME', 'hello world\n', 0],
    ['echo a && echo b', 'a\nb\n', 0],
    ['false && echo b; echo $?', '1\n', 0],
    ['false || echo c', 'c\n', 0],
    ['! true', '', 1],
    ['x=5; echo $((x * 2 + 1))', '11\n', 0],
    ['for i in 1 2 3; do echo n$i; done', 'n1\nn2\nn3\n', 0],
    ['for i in $(seq 1 3); do echo $i; done', '1\n2\n3\n', 0],
    ['i=0; while [ $i -lt 2 ]; do echo $i; i=$((i+1)); done', '0\n1\n', 0],
    ['if [ -f /tmp/a ]; then echo yes; else echo no; fi', 'no\n', 0],
    ['echo hi > /tmp/a; cat /tmp/a; echo more >> /tmp/a; cat /tmp/a', 'hi\nhi\nmore\n', 0],
    ['case $NAME in w*) echo w;; *) echo other;; esac', 'w\n', 0],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own syntax.
    ['echo "${MISSING:-default} ${NAME}"', 'default world\n', 0],
    ["echo 'single $NAME'", 'single $NAME\n', 0],
    ['echo "today: $(echo now)"', 'today: now\n', 0],
    ['nonsense', 'sh: nonsense: not found\n', 127],
    ['exit 7; echo never', '', 7],
    ['cat /nope 2>/dev/null || echo gone', 'gone\n', 0],
    ['echo x | cat', 'x\n', 0],
    ['seq 1 20 | grep 1 | head -n 3', '1\n10\n11\n', 0],
    ['printf "%s-%s\\n" a b', 'a-b\n', 0],
    ['if', 'syntax error', 2],
  ])('%s', (script, output, status) => {
    const ran = run(script);
    if (output === 'syntax error') expect(ran.output).toContain(output);
    else expect(ran.output).toBe(output);
    expect(ran.status).toBe(status);
  });

  test('sleeps in virtual time', () => {
    expect(run('sleep 2; sleep 1m; echo done')).toMatchObject({ output: 'done\n', status: 0, now: 62_000 });
  });

  test('a server alone gets SIGTERM; behind other commands the shell is process 1 and ignores it', () => {
    expect(run('server').waits).toEqual(['terminate']);
    expect(run('exec server').waits).toEqual(['terminate']);
    expect(run('echo first; server').waits).toEqual(['sleep Infinity']);
  });

  test('a loop that never waits does not hang the page', () => {
    expect(run('while true; do true; done', 5).waits).toEqual(Array(5).fill('sleep 1000'));
  });
});
