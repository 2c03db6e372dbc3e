export { LOCALES, type Locale } from './locale.ts';
export { createTranslator, type Translate } from './translator.ts';
