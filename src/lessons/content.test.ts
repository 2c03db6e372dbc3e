import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCALES, type Locale } from '../i18n/index.ts';
import { labNames, loadLab } from './labs.ts';

const ROOT = new URL('../../content/', import.meta.url);
const folders = readdirSync(new URL('lessons/', ROOT));
const read = (folder: string, locale: Locale): string =>
  readFileSync(new URL(`lessons/${folder}/${locale}.mdx`, ROOT), 'utf8');

/** What a lesson is built of, without its words: `## `, `<Lab name="…" />`, a code block… in order. */
function skeleton(source: string): readonly string[] {
  const parts = source.matchAll(/^#{2,3} |^```|^\d+\. |<(\w+)((?: (?:name|id|lab|terms|pict)="[^"]*")*)/gm);
  return [...parts].map(([whole, tag, attributes]) =>
    tag === undefined ? whole.trim() : `${tag}${attributes}`,
  );
}

const attributesOf = (source: string, tag: string, attribute: string): readonly string[] =>
  [...source.matchAll(new RegExp(`<${tag} [^>]*?\\b${attribute}="([^"]*)"`, 'g'))].map(
    ([, value]) => value ?? '',
  );

describe.each(folders)('lesson %s', (folder) => {
  const sources = { es: read(folder, 'es'), en: read(folder, 'en') };

  test('has the same parts in both languages', () => {
    expect(skeleton(sources.es)).toEqual(skeleton(sources.en));
  });

  test.each(LOCALES)('explains in the margin every term that it marks (%s)', (locale) => {
    const explained = attributesOf(sources[locale], 'Note', 'terms').flatMap((terms) => terms.split(' '));
    expect(attributesOf(sources[locale], 'Term', 'id').filter((id) => !explained.includes(id))).toEqual([]);
    for (const id of explained) {
      for (const each of LOCALES) {
        expect(
          existsSync(new URL(`glossary/${id}.${each}.md`, ROOT)),
          `content/glossary/${id}.${each}.md`,
        ).toBe(true);
      }
    }
  });

  test.each(LOCALES)('links relatively, and hands no text with line breaks to a component (%s)', (locale) => {
    expect(sources[locale]).not.toMatch(/\]\(\/|href="\//);
    expect(sources[locale]).not.toMatch(/=\{`/);
  });

  test.each(labNames(folder))('settles every prediction and asks every check of its lab %s', (name) => {
    const lab = loadLab(folder, name);
    for (const locale of LOCALES) {
      const used = (tag: string) => attributesOf(sources[locale], tag, 'id');
      const predictions = lab.predictions.map(({ id }) => id);
      expect(used('Predict')).toEqual(predictions);
      expect(used('Settle')).toEqual(predictions);
      expect(used('Check')).toEqual(lab.checks.map(({ id }) => id));
    }
  });
});
