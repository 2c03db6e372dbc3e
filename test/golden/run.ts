/**
 * Compares the engine with recorded facts: every `*.json` in `records/`, or in the folder that GOLDEN_RECORDS names.
 * Prints each difference and one line per file, `name: passed/total`. A file without a runner counts as one failure.
 *
 * `not-yet.json` lists what is not expected to pass, each with its reason; a listed record that passes is a failure
 * too, so that the list can only shrink. It speaks of our own records alone, so it is left out with GOLDEN_RECORDS.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { GoldenResult, GoldenRunner } from './result.ts';

const here = import.meta.dirname;
const elsewhere = process.env.GOLDEN_RECORDS;
const folder = elsewhere ? resolve(elsewhere) : join(here, 'records');
const SHOWN_PER_FILE = Number(process.env.GOLDEN_SHOW ?? 20);

const notYet: Readonly<Record<string, Readonly<Record<string, string>>>> = elsewhere
  ? {}
  : JSON.parse(readFileSync(join(here, 'not-yet.json'), 'utf8'));

const runners = new Map<string, GoldenRunner>();
for (const name of readdirSync(join(here, 'runners'))) {
  if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
  const runner: Partial<GoldenRunner> = await import(join(here, 'runners', name));
  if (runner.file && runner.run) runners.set(runner.file, runner as GoldenRunner);
}

let passed = 0;
let failed = 0;
let expected = 0;
for (const file of readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .sort()) {
  const name = basename(file, '.json');
  const results = await runFile(file);
  const listed = notYet[name] ?? {};
  const known = new Set(results.map((result) => result.id));
  const good = results.filter((result) => result.passed).length;
  const complaints: string[] = [];
  for (const result of results) {
    if (result.passed && listed[result.id])
      complaints.push(`${result.id}: passes, but not-yet.json still lists it`);
    else if (!result.passed && listed[result.id]) expected++;
    else if (!result.passed) complaints.push(`${result.id}: ${result.difference ?? 'differs'}`);
    else passed++;
  }
  for (const id of Object.keys(listed)) {
    if (!known.has(id)) complaints.push(`${id}: not-yet.json lists it, but there is no such record`);
  }
  failed += complaints.length;
  for (const complaint of complaints.slice(0, SHOWN_PER_FILE)) console.log(`  ${name}: ${complaint}`);
  if (complaints.length > SHOWN_PER_FILE)
    console.log(`  ${name}: … and ${complaints.length - SHOWN_PER_FILE} more (GOLDEN_SHOW=1000 shows them)`);
  console.log(`${name}: ${good}/${results.length}`);
}
if (expected > 0)
  console.log(`${expected} differences are listed in test/golden/not-yet.json, with their reasons`);
console.log(`golden: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

async function runFile(file: string): Promise<GoldenResult[]> {
  const runner = runners.get(file);
  if (!runner)
    return [{ id: '*', passed: false, difference: `no runner in test/golden/runners for ${file}` }];
  try {
    return await runner.run(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  } catch (error) {
    return [
      {
        id: '*',
        passed: false,
        difference: `the runner threw: ${error instanceof Error ? error.stack : error}`,
      },
    ];
  }
}
