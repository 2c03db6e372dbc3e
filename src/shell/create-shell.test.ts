import { beforeEach, describe, expect, test } from 'vitest';
import { shellOn } from '../../test/support/shell-on.ts';
import { HELLO } from '../../test/support/test-shell.ts';
import { type Cluster, createCluster } from '../engine/index.ts';
import type { Shell } from './index.ts';

let cluster: Cluster;
let shell: Shell;
let files: Map<string, string>;

async function type(line: string, signal = new AbortController().signal) {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const report = await shell.run(line, { write, writeError: write, columns: 80, signal });
  return { ...report, output };
}

beforeEach(() => {
  cluster = createCluster();
  files = new Map([['hello.yaml', HELLO]]);
  shell = shellOn(cluster, files);
});

describe('a command line', () => {
  test.each([
    ['echo "a  b" \'$x\' c\\ d', 'a  b $x c d\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own
    ['x=5; echo $((x * 2)) ${y:-none} ${#x}', '10 none 1\n'],
    ['for i in 1 2 3; do echo $i; done | grep -v 2 | wc -l', '2\n'],
    ['true && false || echo or', 'or\n'],
    ['echo one > f; echo two >> f; cat f; wc -l < f', 'one\ntwo\n2\n'],
    ['cat <<EOF | sort -r\na\nb\nEOF\n', 'b\na\n'],
    ['f() { echo "$1-$#"; return 3; }; f a b; echo $?', 'a-2\n3\n'],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
    ['yes() { echo y; yes; }; yes | head -2', 'y\ny\n'],
    ['sleep 3600; date +%T', '01:00:0'],
  ])('%s', async (line, output) => {
    expect((await type(line)).output).toContain(output);
  });

  test('that does not exist is said so, with the nearest one', async () => {
    const { output, status } = await type('kubctl get pods');
    expect(output).toMatch(/^bash: kubctl: command not found\n.*kubectl/);
    expect(status).toBe(127);
  });

  test('without end is stopped', async () => {
    expect((await type('while true; do :; done')).output).toBe('shell.too-many-commands 500000\n');
  });

  test('ends at Ctrl-C with status 130', async () => {
    const controller = new AbortController();
    const running = type('while sleep 1; do :; done', controller.signal);
    controller.abort();
    expect((await running).status).toBe(130);
  });

  test('cannot take over the terminal', async () => {
    const { output } = await type("printf '\\e]0;title\\a\\e[2J\\e[31mred'");
    expect(output).toBe('^[]0;title^G^[[2J\x1b[31mred');
  });

  test('is asked to go on while a quote, a loop or a here-document is open', () => {
    for (const line of ['echo "a', 'for i in 1; do', 'cat <<EOF\nx', 'a |', 'b &&', 'echo \\'])
      expect(shell.isIncomplete(line)).toBe(true);
    for (const line of ['echo a', 'for i in 1; do echo; done', 'cat <<EOF\nx\nEOF\n'])
      expect(shell.isIncomplete(line)).toBe(false);
  });
});

describe('a learner at the terminal', () => {
  test('applies, asks a Service by name from a pod, and gets every packet’s trace', async () => {
    expect((await type('kubectl apply -f hello.yaml')).output).toBe(
      'deployment.apps/hello created\nservice/hello created\npod/client created\n',
    );
    cluster.settle();
    expect((await type('kubectl apply -f hello.yaml')).output).toBe(
      'deployment.apps/hello unchanged\nservice/hello unchanged\npod/client unchanged\n',
    );
    const { output, status, exchanges } = await type('kubectl exec client -- curl -s http://hello');
    expect(output).toMatch(/^Hello, world!\nVersion: 1.0.0\nHostname: hello-/);
    expect(status).toBe(0);
    expect(exchanges.map(({ protocol }) => protocol)).toEqual(expect.arrayContaining(['udp', 'tcp']));
    expect(exchanges.at(-1)?.summary).toBe('GET /');
  });

  test('changes a field, and only that is patched', async () => {
    await type('kubectl apply -f hello.yaml');
    files.set('hello.yaml', HELLO.replace('replicas: 2', 'replicas: 3'));
    expect((await type('kubectl apply -f hello.yaml')).output).toBe(
      'deployment.apps/hello configured\nservice/hello unchanged\npod/client unchanged\n',
    );
    expect((await type("kubectl get deploy hello -o jsonpath='{.spec.replicas}'")).output).toBe('3');
  });

  test('goes to a node and comes back', async () => {
    await type('ssh node-1');
    expect(shell.prompt()).toBe('root@node-1:~# ');
    expect((await type('ip route | head -1')).output).toBe('default via 10.0.0.1 dev eth0 \n');
    expect((await type('exit')).output).toBe('logout\nConnection to node-1 closed.\n');
    expect(shell.prompt()).toBe('$ ');
  });

  test.each([
    ['ssh node-1 ls', ''],
    ['ssh node-1 ls /', 'etc  root  tmp\n'],
    ['ssh node-1 ssh node-2 hostname', 'node-2\n'],
    ['sudo whoami', 'root\n'],
    ['ssh node-1 strace ls', 'shell.program-not-simulated strace\n'],
    ['seq 1 200000 | tail -1', '200000\n'],
    ['echo $(seq 1 200000) | wc -w', '200000\n'],
    [
      'ping -c 2 -W 2 10.0.0.99 | grep loss',
      '2 packets transmitted, 0 received, 100% packet loss, time 1000ms\n',
    ],
  ])('%s', async (line, output) => {
    expect((await type(line)).output).toBe(output);
  });

  test('completes verbs, kinds, names, flags and files', async () => {
    await type('kubectl apply -f hello.yaml');
    cluster.settle();
    const offers = (line: string) => shell.complete(line, line.length).options.map(({ text }) => text);
    expect(offers('kubec')).toEqual(['kubectl']);
    expect(offers('kubectl des')).toEqual(['describe']);
    expect(offers('kubectl get endpointsl')).toEqual(['endpointslices']);
    expect(offers('kubectl get pods cl')).toEqual(['client']);
    expect(offers('kubectl apply -f he')).toEqual(['hello.yaml']);
    expect(offers('kubectl get pods -n kube-s')).toEqual(['kube-system']);
    expect(offers('kubectl exec deploy/he')).toEqual(['deploy/hello']);
    expect(offers('curl http://hello.')).toEqual(['http://hello.default']);
    expect(offers('kubectl get pods --show-l')).toEqual(['--show-labels']);
  });
});
