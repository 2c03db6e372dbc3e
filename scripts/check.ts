/** `npm run check`: format, lint, types, unused code, architecture. Runs them all, then says which failed. */
import { runSteps } from './steps.ts';

const steps = [
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types of the engine (no DOM, no Node)', command: ['tsc', '-p', 'src/engine/tsconfig.json'] },
  { name: 'types', command: ['astro', 'check', '--minimumFailingSeverity', 'warning'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'architecture', command: ['vitest', 'run', '--project', 'unit', 'test/architecture.test.ts'] },
];

const { passed, failed } = await runSteps(steps);
console.log(`check: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
