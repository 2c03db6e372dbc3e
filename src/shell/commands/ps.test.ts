import { expect, test } from 'vitest';
import { startTestShell } from '../../../test/support/test-shell.ts';

const PODS = `apiVersion: v1
kind: Pod
metadata: {name: two}
spec:
  containers:
  - {name: web, image: busybox, command: [httpd, -f, -p, '8080']}
  - {name: tools, image: busybox, command: [sleep, infinity]}
---
apiVersion: v1
kind: Pod
metadata: {name: host}
spec:
  hostNetwork: true
  containers: [{name: tools, image: busybox, command: [sleep, '86400']}]
`;

test.each([
  ['two -c web', 'httpd -f -p 8080'],
  ['two -c tools', 'sleep infinity'],
  ['host', 'sleep 86400'],
])('process 1 of a container is what it was started with: %s', async (where, command) => {
  const { type, files } = await startTestShell();
  files.set('pods.yaml', PODS);
  await type('kubectl apply -f pods.yaml');
  const { output } = await type(`kubectl exec ${where} -- ps`);
  const [, first, own, ...others] = output.trimEnd().split('\n');
  expect(first).toBe(`    1 root      0:00 ${command}`);
  expect(own).toMatch(/^ +\d+ root {6}0:00 ps$/);
  expect(others).toEqual([]);
});
