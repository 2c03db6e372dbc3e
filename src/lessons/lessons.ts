import { type CollectionEntry, getCollection } from 'astro:content';
import { LOCALES, type Locale } from '../i18n/index.ts';

/** One lesson in all its languages. */
export interface Lesson {
  /** `04-pods-and-services`. Progress is kept under this name, so that both languages share it. */
  readonly folder: string;
  readonly question: number;
  readonly in: Readonly<Record<Locale, CollectionEntry<'lessons'>>>;
}

/** The lessons that exist, in the order of the course. Throws when a lesson lacks a language. */
export async function allLessons(): Promise<readonly Lesson[]> {
  const entries = await getCollection('lessons');
  const folders = [...new Set(entries.map((entry) => folderOf(entry)))];
  return folders
    .map((folder) => {
      const find = (locale: Locale): CollectionEntry<'lessons'> => {
        const entry = entries.find((each) => each.id === `${folder}/${locale}`);
        if (!entry)
          throw new Error(
            `Lesson ${folder} has no ${locale}.mdx. Hint: write it; no language is a fallback.`,
          );
        return entry;
      };
      const languages = { es: find('es'), en: find('en') };
      const [question, other] = LOCALES.map((locale) => languages[locale].data.question);
      if (question !== other)
        throw new Error(`Lesson ${folder} answers question ${question} in es and ${other} in en.`);
      return { folder, question: languages.es.data.question, in: languages };
    })
    .sort((a, b) => a.question - b.question);
}

function folderOf(entry: CollectionEntry<'lessons'>): string {
  return entry.id.slice(0, entry.id.lastIndexOf('/'));
}
