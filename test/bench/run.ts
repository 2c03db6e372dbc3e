/**
 * `npm run bench`: speed, always side by side in one run, as a ratio (theirs over ours: above 1 we are faster).
 * `-- --json` prints one object a line. Nothing here is a test: no run fails for being slow.
 */

import type { Scenario } from './scenario.ts';
import { editScenario, endpointScenario } from './scenarios/changes.ts';
import { commandScenario, longListScenario, openScenario } from './scenarios/feel.ts';
import { scenario as firstTracedReply } from './scenarios/first-traced-reply.ts';
import { manyServicesScenarios } from './scenarios/many-services.ts';
import { replicasScenario, scaleScenario } from './scenarios/settle.ts';

const SCENARIOS: readonly Scenario[] = [
  firstTracedReply,
  openScenario,
  commandScenario,
  longListScenario,
  ...manyServicesScenarios,
  endpointScenario,
  editScenario,
  replicasScenario,
  scaleScenario,
];

const json = process.argv.includes('--json');
for (const scenario of SCENARIOS) {
  const measured = await scenario.run();
  if (!json) console.log(`\n${scenario.name}: ${scenario.what}\n  ours: ${milliseconds(measured.ours)}`);
  for (const { against, time, note } of measured.others) {
    const ratio = Number((time / measured.ours).toPrecision(3));
    if (json) console.log(JSON.stringify({ scenario: scenario.name, against, ratio }));
    else console.log(`  ${against}: ${milliseconds(time)} (ratio ${ratio}) ${note}`);
  }
}
process.exit(0);

function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 3 : 0)} ms`;
}
