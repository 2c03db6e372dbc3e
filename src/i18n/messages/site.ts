import { defineMessages } from '../define-messages.ts';

/** The frame of every page. */
export const site = defineMessages({
  es: {
    'site.name': 'Salto a salto',
    'site.skip': 'Ir al contenido',
  },
  en: {
    'site.name': 'Hop by Hop',
    'site.skip': 'Skip to content',
  },
});
