import { expect, test } from 'vitest';
import { startTestShell } from '../../../../test/support/test-shell.ts';

const CLIENTS = `apiVersion: v1
kind: Pod
metadata: { name: new }
spec:
  nodeName: node-1
  containers: [{ name: new, image: nicolaka/netshoot, command: [sleep, infinity] }]
---
apiVersion: v1
kind: Pod
metadata: { name: old }
spec:
  nodeName: node-1
  containers: [{ name: old, image: nginx }]
`;

test('curl -v speaks of connections in its own version’s words', async () => {
  const { type, files } = await startTestShell();
  files.set('clients.yaml', CLIENTS);
  await type('kubectl apply -f clients.yaml');
  await type('kubectl wait --for=condition=Ready pod --all --timeout=60s');
  await type('kubectl expose pod old --port=80 --selector=none=here');
  const address = (await type("kubectl get svc old -o jsonpath='{.spec.clusterIP}'")).output;
  const lines = async (pod: string, url: string) =>
    (await type(`kubectl exec ${pod} -- curl -sv -o /dev/null ${url}`)).output
      .split('\n')
      .filter((line) => line.startsWith('* '))
      .map((line) => line.slice(2).replace(/\b[3-6]\d{4}\b/, 'PORT'));

  expect(await lines('old', 'localhost')).toEqual([
    '  Trying 127.0.0.1:80...',
    'Connected to localhost (127.0.0.1) port 80 (#0)',
    'Connection #0 to host localhost left intact',
  ]);
  const own = (await type("kubectl get pod new -o jsonpath='{.status.podIP}'")).output;
  const there = (await type("kubectl get pod old -o jsonpath='{.status.podIP}'")).output;
  expect(await lines('new', there)).toEqual([
    `  Trying ${there}:80...`,
    `Established connection to ${there} (${there} port 80) from ${own} port PORT `,
    'using HTTP/1.x',
    'Request completely sent off',
    `Connection #0 to host ${there}:80 left intact`,
  ]);
  expect(await lines('new', 'old')).toEqual([
    'Host old:80 was resolved.',
    'IPv6: (none)',
    `IPv4: ${address}`,
    `  Trying ${address}:80...`,
    `connect to ${address} port 80 from ${own} port PORT failed: Connection refused`,
    expect.stringMatching(/^Failed to connect to old port 80 after \d+ ms: Could not connect to server$/),
    'closing connection #0',
  ]);
});

test.each([
  ['-d a=b', '/', '405'],
  ['-X DELETE', '/', '405'],
  ['-d a=b', '/nothing', '404'],
  ['-I', '/', '200'],
])('nginx serves files to those who read: curl %s %s is answered %s', async (flags, path, status) => {
  const { type, files } = await startTestShell();
  files.set('clients.yaml', CLIENTS);
  await type('kubectl apply -f clients.yaml');
  await type('kubectl wait --for=condition=Ready pod --all --timeout=60s');
  const { output } = await type(
    `kubectl exec old -- curl -s -o /dev/null -w '%{http_code}' ${flags} localhost${path}`,
  );
  expect(output).toBe(status);
});
