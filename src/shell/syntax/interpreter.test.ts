import { beforeEach, describe, expect, test } from 'vitest';
import { startTestShell, type TestShell } from '../../../test/support/test-shell.ts';

let at: TestShell;
beforeEach(async () => {
  at = await startTestShell();
});

describe('bash', () => {
  test.each([
    // Braces, before all else
    [
      'echo {1..5} {01..10..3} {a..e} {a,b{1,2},c}x {,y} x{a}y',
      '1 2 3 4 5 01 04 07 10 a b c d e ax b1x b2x cx y x{a}y\n',
    ],
    ['for i in {1..100000000}; do [ $i = 3 ] && break; echo $i; done', '1\n2\n'],
    // Words
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own
    ['x="a b  c"; echo $x "$x" ${x// /_} "${x^^}" ${x%% *} ${#x}', 'a b c a b  c a_b__c A B  C a 6\n'],
    ['IFS=:; x=a:b::c; for i in $x; do echo -n "[$i]"; done', '[a][b][][c]'],
    ['IFS=: read a b c <<< "1:2:3"; echo $b', '2\n'],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own
      'a=(1 "2 3"); a+=(z); echo ${#a[@]} "${a[1]}" ${a[@]:1:1}; for x in "${a[@]}"; do echo "<$x>"; done',
      '3 2 3 2 3\n<1>\n<2 3>\n<z>\n',
    ],
    ['x="*"; case abc in "$x") echo no;; $x) echo any;; esac', 'any\n'],
    // Conditions and loops
    ['case abc in a*) echo A;;& *c) echo C;; esac', 'A\nC\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's own
    ['[[ abc == a* && abc =~ ^(a)(b) ]] && echo ${BASH_REMATCH[1]}${BASH_REMATCH[2]}', 'ab\n'],
    ['i=5; while ((i-- > 0)); do ((i==2)) && continue; echo -n $i; done', '4310'],
    ['until false; do break; done; echo $?', '0\n'],
    // Functions, options
    ['f() { local x=1; echo $x; }; x=9; f; echo $x', '1\n9\n'],
    ['set -o pipefail; false | true; echo $?', '1\n'],
    ['bash -c "set -e; false; echo no"; echo $?', '1\n'],
    ['set -u; echo $nope; echo after', 'bash: nope: unbound variable\n'],
    ["alias hi='echo hello'; hi there", 'hello there\n'],
    ['cat <(echo a) <(echo b)', 'a\nb\n'],
    // Time is virtual
    ['time sleep 3', '\nreal\t0m3.000s\nuser\t0m0.000s\nsys\t0m0.000s\n'],
    // What is wrong
    ['echo )', "bash: syntax error near unexpected token `)'\n"],
    ['echo "open', 'bash: unexpected EOF while looking for matching `"\'\n'],
  ])('%s', async (line, output) => {
    expect((await at.type(line)).output).toBe(output);
  });
});

describe('a job in the background', () => {
  test('is listed, killed, and said to have ended after the next line', async () => {
    expect((await at.type('kubectl get pods -w & jobs')).output).toBe(
      '[1] 1001\n[1]+  Running                 kubectl get pods -w &\n',
    );
    expect((await at.type('kill %1')).output).toBe('[1]+  Terminated              kubectl get pods -w\n');
    expect((await at.type('jobs; kill %1')).output).toBe('bash: kill: %1: no such job\n');
  });

  test('is waited for, and leaves its status', async () => {
    const { output } = await at.type('(sleep 5; exit 3) & wait $!; echo $?');
    expect(output).toMatch(/^\[1\] 1001\n3\n/);
  });

  test('outlives the line that started it, and Ctrl-C in another', async () => {
    await at.type('kubectl get pods -w &');
    const controller = new AbortController();
    const running = at.type('while sleep 1; do :; done', controller.signal);
    controller.abort();
    expect((await running).status).toBe(130);
    expect((await at.type('jobs')).output).toContain('Running');
    at.shell.close();
  });
});
