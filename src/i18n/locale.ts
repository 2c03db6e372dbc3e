/** The languages of the course. Neither is a fallback for the other. */
export const LOCALES = ['es', 'en'] as const;

export type Locale = (typeof LOCALES)[number];
