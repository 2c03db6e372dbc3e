/**
 * `npm test`: every check that needs no root, one after the other, all of them even when one fails.
 * The last line counts the single tests: `N passed, N failed`.
 */
import { ensureChromium } from './chromium.ts';
import { runStep } from './steps.ts';

/** How each kind's own last lines tell how many tests passed and failed. */
const kinds = [
  { script: 'check', passed: /^check: (\d+) passed/m, failed: /^check: \d+ passed, (\d+) failed/m },
  { script: 'test:unit', passed: /^\s*Tests\s.*?(\d+) passed/m, failed: /^\s*Tests\s.*?(\d+) failed/m },
  { script: 'test:golden', passed: /^golden: (\d+) passed/m, failed: /^golden: \d+ passed, (\d+) failed/m },
  { script: 'test:lessons', passed: /^\s*Tests\s.*?(\d+) passed/m, failed: /^\s*Tests\s.*?(\d+) failed/m },
  { script: 'test:e2e', passed: /^\s*(\d+) passed/m, failed: /^\s*(\d+) failed/m },
  { script: 'budgets', passed: /^budgets: (\d+) passed/m, failed: /^budgets: \d+ passed, (\d+) failed/m },
] as const;

ensureChromium();

let passed = 0;
let failed = 0;
const summary: string[] = [];
for (const kind of kinds) {
  const { status, output } = await runStep({ name: kind.script, command: ['npm', 'run', kind.script] });
  const good = Number(kind.passed.exec(output)?.[1] ?? 0);
  const bad = Number(kind.failed.exec(output)?.[1] ?? 0);
  // A run that failed without saying how many tests did, or that ran none, counts as one failure.
  const counted = (status !== 0 && bad === 0) || good + bad === 0 ? bad + 1 : bad;
  passed += good;
  failed += counted;
  summary.push(`${kind.script}: ${good} passed, ${counted} failed`);
}
console.log(`\n${summary.join('\n')}\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
