/** The words of one line of nft's language: names, numbers, `"quoted texts"` with their quotes, and `{ } ; , : = !`. */
export function splitNft(line: string): readonly string[] {
  return line.match(/"[^"]*"?|\{|\}|;|,|!=|==|=|\||\^|&|[^\s{};,"=!|^&]+|\S/g) ?? [];
}

/** A line was not what nft reads. */
export class NftSyntaxError extends Error {}

/** Hands out words one after the other. */
export interface Words {
  peek(ahead?: number): string | undefined;
  next(): string;
  /** Takes the word if it is the next one. */
  take(word: string): boolean;
  expect(word: string): void;
  /** Takes words up to the end, or fails. */
  end(): void;
}

export function createWords(words: readonly string[]): Words {
  let place = 0;
  const unexpected = (): never => {
    throw new NftSyntaxError(`syntax error, unexpected ${words[place] ?? 'newline'}`);
  };
  const words_: Words = {
    peek: (ahead = 0) => words[place + ahead],
    next: () => words[place++] ?? unexpected(),
    take(word) {
      if (words[place] !== word) return false;
      place++;
      return true;
    },
    expect(word) {
      if (!words_.take(word)) unexpected();
    },
    end() {
      if (place < words.length) unexpected();
    },
  };
  return words_;
}

/** The inside of a quoted text. */
export function unquote(word: string): string {
  if (!/^".*"$/.test(word))
    throw new NftSyntaxError(`syntax error, unexpected ${word}, expecting quoted string`);
  return word.slice(1, -1);
}
