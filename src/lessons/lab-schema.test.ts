import { expect, test } from 'vitest';
import { parseLab } from './lab-schema.ts';

const both = (text: string) => ({ es: text, en: text });
const LAB = {
  title: both('A lab'),
  files: ['b.yaml'],
  goals: [
    {
      id: 'answered',
      text: both('Ask'),
      hints: [both('Try curl')],
      check: {
        kind: 'answered',
        service: 'shop/hello',
        byName: true,
        from: { deployment: 'client' },
        status: 200,
      },
    },
  ],
  solution: { commands: ['curl http://hello', { visit: { step: 'nat', nat: 'DNAT' } }] },
};
const FOLDERS = {
  start: [
    { name: 'a.yaml', text: 'a' },
    { name: 'b.yaml', text: 'b' },
  ],
  solution: [{ name: 'a.yaml', text: 'A' }],
};

test('a lab is read with its files in the order of its tabs', () => {
  const lab = parseLab('x', LAB, FOLDERS);
  expect(lab.files.map((file) => file.name)).toEqual(['b.yaml', 'a.yaml']);
  expect(lab.goals[0]?.check).toEqual(LAB.goals[0]!.check);
  expect(lab.solution).toEqual([
    { kind: 'run', line: 'curl http://hello' },
    { kind: 'visit', visited: { kind: 'visited', step: 'nat', nat: 'DNAT' } },
  ]);
});

test('every fault is told at once, each with its path', () => {
  const broken = {
    title: { es: 'Un laboratorio' },
    goals: [
      { id: 'a', text: both('A'), check: { kind: 'answred' } },
      { id: 'a', text: both('A'), chek: {}, check: { kind: 'command', line: '(' } },
    ],
    files: ['none.yaml'],
  };
  const read = () => parseLab('x', broken, FOLDERS);
  for (const message of [
    'title.en: expected text',
    'goals[0].check.kind: expected one of exists, answered',
    'goals[1]: does not know chek',
    'goals[1].check.line: SyntaxError',
    'files: there is no start/none.yaml',
    'two goals have the id a',
  ]) {
    expect(read).toThrow(message);
  }
});
