import type { Locale } from '../i18n/index.ts';

// Built pages turn these into relative links (astro.config.mjs), so the site works under any path.
const BASE = import.meta.env.BASE_URL.replace(/\/?$/, '/');

export function homePath(locale: Locale): string {
  return `${BASE}${locale}/`;
}

export function lessonPath(locale: Locale, address: string): string {
  return `${BASE}${locale}/lessons/${address}/`;
}

/** A file of `public/`. */
export function publicPath(name: string): string {
  return `${BASE}${name}`;
}
