/** The words after `openssl x509`: OpenSSL's own way, one dash and no clusters, `-in FILE`. */
export interface OpensslArguments {
  has(name: string): boolean;
  /** The last value. */
  text(name: string): string | undefined;
  list(name: string): readonly string[];
  /** Every option in the order of the line, without its dash. */
  readonly order: readonly string[];
  readonly rest: readonly string[];
}

export type OpensslParsed =
  | { readonly ok: true; readonly arguments: OpensslArguments }
  | { readonly ok: false; readonly message: string };

/** `flags` take no value, `values` one. What OpenSSL says of another word is its own sentence (apps/lib/opt.c). */
export function readArguments(
  program: string,
  words: readonly string[],
  { flags, values }: { readonly flags: readonly string[]; readonly values: readonly string[] },
): OpensslParsed {
  const found: { readonly name: string; readonly value?: string }[] = [];
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      continue;
    }
    const [name = '', inline] = word.replace(/^--?/, '').split(/=(.*)/s, 2);
    if (flags.includes(name)) found.push({ name });
    else if (values.includes(name)) {
      const value = inline ?? words[++at];
      if (value === undefined) return refuse(program, `Option -${name} needs a value`);
      found.push({ name, value });
    } else return refuse(program, `Unknown option: ${word}`);
  }
  const list = (name: string) => found.flatMap((each) => (each.name === name ? (each.value ?? []) : []));
  return {
    ok: true,
    arguments: {
      has: (name) => found.some((each) => each.name === name),
      text: (name) => list(name).at(-1),
      list,
      order: found.map(({ name }) => name),
      rest,
    },
  };
}

function refuse(program: string, text: string): OpensslParsed {
  return { ok: false, message: `${program}: ${text}\n${program}: Use -help for summary.\n` };
}
