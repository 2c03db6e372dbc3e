import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    passWithNoTests: false,
    testTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts'],
          setupFiles: ['test/setup.ts', 'test/check-every-trace.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lessons',
          include: ['test/lessons/**/*.test.ts'],
          setupFiles: ['test/check-every-trace.ts'],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
