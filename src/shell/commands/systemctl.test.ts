import { expect, test } from 'vitest';
import { startTestShell } from '../../../test/support/test-shell.ts';

test('a node whose kubelet is stopped is NotReady after a while, and comes back', async () => {
  const { type } = await startTestShell();
  expect((await type('ssh node-1 systemctl is-active kubelet')).output).toBe('active\n');
  expect(await type('ssh node-1 systemctl stop kubelet')).toEqual({ output: '', status: 0 });
  const stopped = await type('ssh node-1 systemctl status kubelet');
  expect(stopped.status).toBe(3);
  expect(stopped.output).toContain('Active: inactive (dead)');
  await type('sleep 65');
  expect((await type('kubectl get node node-1')).output).toContain('NotReady');
  await type('ssh node-1 systemctl restart kubelet.service');
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
