import { expect, test } from 'vitest';
import { createNode } from '../../testing/node.ts';

/** What a container with this script writes. */
function outputOf(script: string): string {
  const node = createNode();
  node.create('talk', {
    restartPolicy: 'Never',
    containers: [{ name: 'talk', image: 'busybox:1.37', command: ['sh', '-c', script] }],
  });
  node.clock.settle(60_000);
  return node.kubelet.logs('default', 'talk', 'talk')?.text() ?? '';
}

// Each was tried in a real shell with mawk and coreutils.
test.each([
  ['for i in 1 2; do echo "$i $(echo x | tr a-z A-Z)"; done', '1 X\n2 X\n'],
  ['echo hello world | sed "s/world/there/" | cut -d" " -f2', 'there\n'],
  ['seq 5 | sed -n "2,4p" | sed "$ d"', '2\n3\n'],
  ['printf "a=1\\nb=2\\n" | sed "s/\\(.\\)=\\(.\\)/\\2=\\1/"', '1=a\n2=b\n'],
  ["seq 4 | awk '{s += $1} END {print s}'", '10\n'],
  ["printf 'a 1\\nb 2\\n' | awk '$2 > 1 {print $1, NR, NF}'", 'b 2 2\n'],
  ["printf 'a:b\\n' | awk -F: '{print $2 \"-\" $1}'", 'b-a\n'],
  ["printf 'x 1\\ny 2\\n' | awk '/y/ {print $2 * 2 + 1}'", '5\n'],
  ['printf "b\\na\\nb\\n" | sort | uniq -c | sort -rn | head -1', '      2 b\n'],
  ['echo one two | wc -w', '2\n'],
  ['echo hi | tee /tmp/f | tr -d i; cat /tmp/f', 'h\nhi\n'],
  ['basename /a/b.txt .txt; dirname /a/b.txt', 'b\n/a\n'],
  ['echo 1 > /tmp/x; cp /tmp/x /tmp/y; mv /tmp/y /tmp/z; cat /tmp/z; ls /tmp', '1\nx\nz\n'],
])('a container may run: %s', (script, output) => {
  expect(outputOf(script)).toBe(output);
});
