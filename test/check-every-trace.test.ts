import { expect, test, vi } from 'vitest';
import { createNetwork } from '../src/engine/linux/index.ts';

vi.mock(import('../src/engine/linux/check-trace.ts'), () => ({
  checkTrace: () => ['a hop after the first begins with something else than receive'],
}));

test('a packet whose trace breaks an invariant fails the test that sent it', () => {
  const network = createNetwork({ now: () => 0, random: () => 0 });
  network.addNetns('node-1');
  const send = () =>
    network.request({
      netns: 'node-1',
      process: 'curl',
      protocol: 'tcp',
      destination: { address: '127.0.0.1', port: 80 },
    });
  expect(send).toThrow(/breaks its invariants:\na hop after the first begins with something else/);
});
