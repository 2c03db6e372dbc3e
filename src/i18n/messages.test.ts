import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Part, parse } from './format.ts';
import { AREAS } from './messages/index.ts';

const files = readdirSync(new URL('./messages/', import.meta.url)).filter((name) => name !== 'index.ts');

test('the index lists every area, under the name of its file', () => {
  expect(Object.keys(AREAS).sort()).toEqual(files.map((name) => name.replace(/\.ts$/, '')).sort());
});

test('no id is worded by two areas', () => {
  const ids = Object.values(AREAS).flatMap((area) => Object.keys(area.en));
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

describe.each(Object.entries(AREAS))('area %s', (_name, area) => {
  test('words the same ids in Spanish and in English', () => {
    expect(Object.keys(area.es).sort()).toEqual(Object.keys(area.en).sort());
  });

  test.each(Object.keys(area.en))('%s is well formed and takes the same values in both languages', (id) => {
    expect(names(parse(area.es[id] ?? ''))).toEqual(names(parse(area.en[id] ?? '')));
  });

  test('no text is empty', () => {
    const texts = [...Object.entries(area.es), ...Object.entries(area.en)];
    expect(texts.filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});

/** The values that a text needs, sorted. */
function names(parts: readonly Part[]): readonly string[] {
  const found = new Set<string>();
  const visit = (part: Part): void => {
    if (part.kind === 'value' || part.kind === 'choice') found.add(part.name);
    if (part.kind === 'choice') for (const inner of part.cases.values()) inner.forEach(visit);
  };
  parts.forEach(visit);
  return [...found].sort();
}
