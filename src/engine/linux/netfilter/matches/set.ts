import type { MatchBuilder } from '../match.ts';
import { failParse } from '../parse-failure.ts';
import { quoteWord } from '../words.ts';

/** `-m set --match-set NAME src,dst`: whether an ipset holds the packet. */
export function set(): MatchBuilder {
  let wanted:
    | { readonly name: string; readonly directions: readonly ('src' | 'dst')[]; readonly inverted: boolean }
    | undefined;
  return {
    name: 'set',
    option(option, inverted, take) {
      if (option !== '--match-set') return false;
      const name = take();
      const directions = take().split(',');
      for (const direction of directions) {
        if (direction !== 'src' && direction !== 'dst')
          failParse(`set: You must spefify (the comma separated list of) 'src' or 'dst'.`);
      }
      wanted = { name, directions: directions as ('src' | 'dst')[], inverted };
      return true;
    },
    build() {
      const { name, directions, inverted } =
        wanted ?? failParse("set: You must specify `--match-set' with proper arguments");
      return {
        name: 'set',
        setName: name,
        text: `-m set ${inverted ? '! ' : ''}--match-set ${quoteWord(name)} ${directions.join(',')}`,
        matches: (context) => (context.inSet(name, directions, context.packet) ?? false) !== inverted,
      };
    },
  };
}
