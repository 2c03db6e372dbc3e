/** One line of a server block: a plugin's name, its arguments, and the lines of its own block. */
export interface Directive {
  readonly name: string;
  readonly arguments: readonly string[];
  readonly block: readonly (readonly string[])[];
  readonly line: number;
}

/** `cluster.local:53 example.org { … }` */
export interface ServerBlock {
  /** Lower case, with a dot at the end. */
  readonly zones: readonly string[];
  readonly port: number;
  readonly directives: readonly Directive[];
}

export type Corefile =
  | { readonly ok: true; readonly blocks: readonly ServerBlock[] }
  /** CoreDNS's own sentence: `/etc/coredns/Corefile:3 - Error during parsing: …`. */
  | { readonly ok: false; readonly message: string };

interface Token {
  readonly text: string;
  readonly line: number;
}

const DEFAULT_PORT = 53;

/** Reads a Corefile (the Caddyfile syntax of github.com/coredns/caddy). `known` are the plugins that may be named. */
export function parseCorefile(text: string, path: string, known: ReadonlySet<string>): Corefile {
  const tokens = tokenize(text);
  const blocks: ServerBlock[] = [];
  let at = 0;
  const fail = (line: number, problem: string): Corefile => ({
    ok: false,
    message: `${path}:${line} - Error during parsing: ${problem}`,
  });

  while (at < tokens.length) {
    const keys: string[] = [];
    const start = tokens[at]!;
    while (at < tokens.length && tokens[at]!.text !== '{') keys.push(tokens[at++]!.text.replace(/,$/, ''));
    if (at >= tokens.length) return fail(start.line, `Unexpected EOF, expecting '{'`);
    at++;
    const directives: Directive[] = [];
    for (;;) {
      const token = tokens[at];
      if (!token) return fail(tokens.at(-1)!.line, "Unexpected EOF, expecting '}'");
      if (token.text === '}') break;
      if (!known.has(token.text)) return fail(token.line, `Unknown directive '${token.text}'`);
      at++;
      const words: string[] = [];
      while (tokens[at] && tokens[at]!.line === token.line && !'{}'.includes(tokens[at]!.text))
        words.push(tokens[at++]!.text);
      const block: string[][] = [];
      if (tokens[at]?.text === '{' && tokens[at]!.line === token.line) {
        at++;
        while (tokens[at] && tokens[at]!.text !== '}') {
          const { line } = tokens[at]!;
          const inner: string[] = [];
          while (tokens[at] && tokens[at]!.line === line && tokens[at]!.text !== '}')
            inner.push(tokens[at++]!.text);
          block.push(inner);
        }
        if (!tokens[at]) return fail(token.line, "Unexpected EOF, expecting '}'");
        at++;
      }
      directives.push({ name: token.text, arguments: words, block, line: token.line });
    }
    at++;
    blocks.push(...groupByPort(keys).map(([port, zones]) => ({ port, zones, directives })));
  }
  return { ok: true, blocks };
}

function groupByPort(keys: readonly string[]): readonly [number, readonly string[]][] {
  const byPort = new Map<number, string[]>();
  for (const key of keys) {
    const [, zone = '', port] = /^(?:dns:\/\/)?(.*?)(?::(\d+))?$/.exec(key) ?? [];
    const number = port === undefined ? DEFAULT_PORT : Number(port);
    byPort.set(number, [...(byPort.get(number) ?? []), zoneName(zone)]);
  }
  return [...byPort];
}

/** A zone's name as it is compared: lower case, absolute; '' and '.' are the root. */
export function zoneName(zone: string): string {
  const lower = zone.toLowerCase();
  if (lower === '' || lower === '.') return '.';
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** Whether a name is in a zone: it, or below it. */
export function isInZone(name: string, zone: string): boolean {
  const lower = name.toLowerCase();
  return zone === '.' || lower === zone || lower.endsWith(`.${zone}`);
}

/** The longest of the zones that a name is in; undefined: none. */
export function matchingZone(name: string, zones: readonly string[]): string | undefined {
  return zones.filter((zone) => isInZone(name, zone)).sort((a, b) => b.length - a.length)[0];
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    for (const match of line.matchAll(/"((?:[^"\\]|\\.)*)"|(#.*)|(\S+)/g)) {
      if (match[2] !== undefined) break;
      tokens.push({ text: match[1] ?? match[3]!, line: index + 1 });
    }
  }
  return tokens;
}
