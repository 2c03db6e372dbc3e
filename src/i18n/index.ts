export { defineMessages, type Messages } from './define-messages.ts';
export { format, formatList, formatNumber, type Part, parse, type Values } from './format.ts';
export { isLocale, LOCALES, type Locale, otherLocale } from './locale.ts';
export { createTranslator, type Translate } from './translator.ts';
