import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createCluster } from '../../src/engine/index.ts';
import { proveLab } from '../../src/lab/index.ts';
import { labNames, loadLab } from '../../src/lessons/labs.ts';

const folders = readdirSync(join(import.meta.dirname, '../../content/lessons'));
const labs = folders.flatMap((folder) => labNames(folder).map((name) => ({ folder, name })));

test('there are labs to prove', () => {
  expect(labs.length).toBeGreaterThan(0);
});

describe.each(labs)('the lab $folder/$name', ({ folder, name }) => {
  const lab = loadLab(folder, name);

  test('is not solved as it is found, and its solution meets every goal', async () => {
    const proof = await proveLab(lab, createCluster);
    expect(
      proof.start.filter((goal) => goal.done).map((goal) => goal.id),
      'goals met before the learner did anything',
    ).toEqual([]);
    expect(
      proof.solution.filter((goal) => !goal.done).map((goal) => goal.id),
      `goals that the solution does not meet; it printed:\n${proof.transcript}`,
    ).toEqual([]);
  });
});
