import type { Translate } from '../i18n/index.ts';
import type { lab } from '../i18n/messages/lab.ts';

/** A translator that knows at least the lab's own words. */
export type LabSay = Translate<keyof (typeof lab)['en'] & string>;
