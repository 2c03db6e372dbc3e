import { expect, test } from 'vitest';
import { startTestShell } from '../../../test/support/test-shell.ts';

test('a node whose kubelet is stopped is NotReady after a while, and comes back', async () => {
  const { type } = await startTestShell();
  expect((await type('ssh node-1 systemctl is-active kubelet')).output).toBe('active\n');
  expect(await type('ssh node-1 systemctl stop kubelet')).toEqual({ output: '', status: 0 });
  const stopped = await type('ssh node-1 systemctl status kubelet');
  expect(stopped.status).toBe(3);
  expect(stopped.output).toContain('Active: inactive (dead)');
  expect((await type('ssh node-1 ps -ef')).output).not.toContain('/usr/bin/kubelet');
  await type('sleep 65');
  expect((await type('kubectl get node node-1')).output).toContain('NotReady');
  await type('ssh node-1 systemctl restart kubelet.service');
  expect((await type('ssh node-1 ps -ef')).output).toContain('/usr/bin/kubelet');
  await type('sleep 15');
  expect((await type('kubectl get node node-1')).output).not.toContain('NotReady');
});

test('a service that a machine does not have is named', async () => {
  const { type } = await startTestShell();
  expect(await type('ssh node-1 systemctl stop nginx')).toEqual({
    output: 'Failed to stop nginx.service: Unit nginx.service not loaded.\n',
    status: 5,
  });
  expect((await type('ssh gateway systemctl status kubelet')).output).toContain('could not be found');
});

test('what asks a stopped kubelet is told that nobody listens on its port', async () => {
  const { type } = await startTestShell({ applied: true });
  const node = (await type('kubectl get pod client -o jsonpath={.spec.nodeName}')).output;
  const host = (await type(`kubectl get node ${node} -o jsonpath={.status.addresses[0].address}`)).output;
  await type(`ssh ${node} systemctl stop kubelet`);
  const why = `dial tcp ${host}:10250: connect: connection refused\n`;
  expect((await type('kubectl logs client --tail=2 --previous')).output).toBe(
    `Error from server: Get "https://${host}:10250/containerLogs/default/client/client?previous=true&tailLines=2": ${why}`,
  );
  expect((await type('kubectl exec client -- curl http://hello')).output).toBe(
    `error: Internal error occurred: error sending request: Post "https://${host}:10250/exec/default/client/client?command=curl&command=http%3A%2F%2Fhello&error=1&output=1": ${why}`,
  );
  expect((await type('kubectl port-forward client 8080:80')).output).toBe(
    `error: error upgrading connection: error dialing backend: ${why}`,
  );
});
