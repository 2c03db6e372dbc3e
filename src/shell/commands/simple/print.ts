import { shell } from './builtin.ts';

export const echo = shell({
  name: 'echo',
  usage: 'echo [-n] [-e] TEXT…',
  flags: [
    { short: 'n', help: 'No line end' },
    { short: 'e', help: 'Read \\n, \\t …' },
  ],
  examples: ['echo $HOSTNAME'],
  run({ args, stdout }) {
    let at = 0;
    let end = '\n';
    let escapes = false;
    for (; at < args.length && /^-[neE]+$/.test(args[at]!); at++) {
      if (args[at]!.includes('n')) end = '';
      if (args[at]!.includes('e')) escapes = true;
    }
    const text = args.slice(at).join(' ');
    stdout.write((escapes ? unescapeText(text) : text) + end);
    return 0;
  },
});

export function unescapeText(text: string): string {
  return text.replace(/\\(n|t|r|e|033|\\|a|b|x[0-9a-fA-F]{2})/g, (_, code: string) => {
    const known: Readonly<Record<string, string>> = {
      n: '\n',
      t: '\t',
      r: '\r',
      e: '\x1b',
      '033': '\x1b',
      '\\': '\\',
      a: '\x07',
      b: '\b',
    };
    return known[code] ?? String.fromCharCode(Number.parseInt(code.slice(1), 16));
  });
}

export const printf = shell({
  name: 'printf',
  usage: 'printf FORMAT [ARGUMENT…]',
  examples: ["printf '%s\\n' one two"],
  run({ args, stdout }) {
    const [format = '', ...values] = args;
    const queue = [...values];
    let out = '';
    do {
      out += unescapeText(format).replace(
        /%(-?)(0?)(\d*)(?:\.(\d+))?([sdfxcbq%])/g,
        (_, left: string, zero: string, width: string, precision: string | undefined, kind: string) => {
          if (kind === '%') return '%';
          const value = queue.shift() ?? '';
          const text =
            kind === 'd'
              ? String(Math.trunc(Number(value) || 0))
              : kind === 'f'
                ? (Number(value) || 0).toFixed(precision === undefined ? 6 : Number(precision))
                : kind === 'x'
                  ? (Number(value) || 0).toString(16)
                  : kind === 's' && precision !== undefined
                    ? value.slice(0, Number(precision))
                    : value;
          return left
            ? text.padEnd(Number(width))
            : text.padStart(Number(width), zero && kind !== 's' ? '0' : ' ');
        },
      );
    } while (queue.length > 0 && /%[^%]/.test(format));
    stdout.write(out);
    return 0;
  },
});
