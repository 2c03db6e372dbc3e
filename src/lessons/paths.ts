import type { Locale } from '../i18n/index.ts';

// Built pages turn these into relative links (astro.config.mjs), so the site works under any path.
const BASE = import.meta.env.BASE_URL.replace(/\/?$/, '/');

export function homePath(locale: Locale): string {
  return `${BASE}${locale}/`;
}

export function lessonPath(locale: Locale, address: string): string {
  return `${BASE}${locale}/lessons/${address}/`;
}

/** Pages to look things up in, by their address in each language. */
export const REFERENCES = {
  glossary: { es: 'glosario', en: 'glossary' },
  commands: { es: 'comandos', en: 'commands' },
} as const satisfies Readonly<Record<string, Readonly<Record<Locale, string>>>>;

export type ReferenceName = keyof typeof REFERENCES;

export function referencePath(locale: Locale, name: ReferenceName): string {
  return `${BASE}${locale}/${REFERENCES[name][locale]}/`;
}

/** A file of `public/`. */
export function publicPath(name: string): string {
  return `${BASE}${name}`;
}
