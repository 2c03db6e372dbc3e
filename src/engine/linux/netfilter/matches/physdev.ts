import { interfaceMatches } from '../interface-pattern.ts';
import type { MatchBuilder, MatchContext } from '../match.ts';
import { failParse } from '../parse-failure.ts';

const SAVED_IN_ORDER = [
  '--physdev-is-in',
  '--physdev-in',
  '--physdev-is-out',
  '--physdev-out',
  '--physdev-is-bridged',
];

/** `-m physdev`: the bridge ports that a packet came by and leaves by. */
export function physdev(): MatchBuilder {
  const words = new Map<string, string>();
  const tests: ((context: MatchContext) => boolean)[] = [];
  const add = (word: string, inverted: boolean, test: (context: MatchContext) => boolean) => {
    const [option = ''] = word.split(' ');
    if (words.has(option)) failParse(`physdev: option "${option}" can be used only once`);
    words.set(option, `${inverted ? '! ' : ''}${word}`);
    tests.push((context) => test(context) !== inverted);
  };
  return {
    name: 'physdev',
    option(option, inverted, take) {
      switch (option) {
        case '--physdev-in':
        case '--physdev-out': {
          const pattern = take();
          const side = option === '--physdev-in' ? 'physicalIn' : 'physicalOut';
          add(`${option} ${pattern}`, inverted, (context) => interfaceMatches(pattern, context[side]));
          return true;
        }
        case '--physdev-is-in':
          add(option, inverted, (context) => context.physicalIn !== undefined);
          return true;
        case '--physdev-is-out':
          add(option, inverted, (context) => context.physicalOut !== undefined);
          return true;
        case '--physdev-is-bridged':
          add(option, inverted, (context) => context.isBridged);
          return true;
        default:
          return false;
      }
    },
    build() {
      if (tests.length === 0) failParse('physdev: no physdev option specified');
      return {
        name: 'physdev',
        text: ['-m physdev', ...SAVED_IN_ORDER.flatMap((option) => words.get(option) ?? [])].join(' '),
        matches: (context) => tests.every((test) => test(context)),
      };
    },
  };
}
