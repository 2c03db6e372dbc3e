import type { MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';
import { quoteWord } from '../words.ts';

/** `-m comment --comment TEXT`: matches always. */
export function comment(): MatchBuilder {
  let text: string | undefined;
  return {
    name: 'comment',
    option(option, _inverted, take) {
      if (option !== '--comment') return false;
      text = take();
      if (text.length > 255) failParse('COMMENT must be shorter than 256 characters');
      return true;
    },
    build() {
      if (text === undefined) failParse('comment: option "--comment" must be specified');
      return { name: 'comment', text: `-m comment --comment ${quoteWord(text)}`, matches: () => true };
    },
  };
}
