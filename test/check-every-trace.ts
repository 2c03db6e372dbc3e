import { vi } from 'vitest';

/**
 * Every network that a test makes is watched: a trace that breaks the invariants of `checkTrace` fails the test that
 * sent the packet, whatever it was about.
 */
vi.mock(import('../src/engine/linux/create-network.ts'), async (load) => {
  const real = await load();
  const { checkTrace } = await import('../src/engine/linux/check-trace.ts');
  return {
    ...real,
    createNetwork(options) {
      const network = real.createNetwork(options);
      network.observe((trace) => {
        const problems = checkTrace(trace);
        if (problems.length === 0) return;
        const way = trace.hops
          .map(({ netns, steps }) => `${netns}: ${steps.map(({ kind }) => kind).join(' ')}`)
          .join('\n');
        throw new Error(`a trace breaks its invariants:\n${problems.join('\n')}\n${way}`);
      });
      return network;
    },
  };
});
