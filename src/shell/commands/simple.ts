import type { Command, Process } from '../process.ts';
import { binaryTest, unaryTest } from '../syntax/conditions.ts';

const shell = (
  command: Omit<Command, 'group' | 'builtin' | 'flags'> & { readonly flags?: Command['flags'] },
): Command => ({ group: 'shell', builtin: true, flags: [], ...command });

const echo = shell({
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

const printf = shell({
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

/** `[ … ]` and `test …`. */
function testCommand({ name, args, files, stderr }: Process): number {
  let words = [...args];
  if (name === '[') {
    if (words.at(-1) !== ']') {
      stderr.write("[: missing `]'\n");
      return 2;
    }
    words = words.slice(0, -1);
  }
  const evaluate = (part: readonly string[]): boolean => {
    const or = part.indexOf('-o');
    if (or > 0) return evaluate(part.slice(0, or)) || evaluate(part.slice(or + 1));
    const and = part.indexOf('-a');
    if (and > 0) return evaluate(part.slice(0, and)) && evaluate(part.slice(and + 1));
    if (part[0] === '!' && part.length > 1) return !evaluate(part.slice(1));
    if (part.length === 0) return false;
    if (part.length === 1) return part[0] !== '';
    if (part.length === 2) return unaryTest(part[0]!, part[1]!, files);
    return binaryTest(part[1]!, part[0]!, part[2]!, false);
  };
  return evaluate(words) ? 0 : 1;
}

const test = shell({
  name: 'test',
  aliases: ['['],
  usage: 'test EXPRESSION',
  examples: ['[ -f hello.yaml ] && echo yes'],
  run: testCommand,
});
const yes = shell({ name: 'true', usage: 'true', examples: ['true'], run: () => 0 });
const no = shell({ name: 'false', usage: 'false', examples: ['false || echo no'], run: () => 1 });
const pwd = shell({
  name: 'pwd',
  usage: 'pwd',
  examples: ['pwd'],
  run({ stdout, env }) {
    stdout.write(`${env.PWD ?? '/'}\n`);
    return 0;
  },
});

const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const sleep: Command = {
  name: 'sleep',
  group: 'shell',
  usage: 'sleep SECONDS',
  flags: [],
  examples: ['sleep 5', 'while sleep 1; do kubectl get pods; done'],
  async run(process) {
    let total = 0;
    if (process.args.length === 0) {
      process.stderr.write("sleep: missing operand\nTry 'sleep --help' for more information.\n");
      return 1;
    }
    for (const word of process.args) {
      const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(word);
      if (!match && word !== 'infinity') {
        process.stderr.write(
          `sleep: invalid time interval ‘${word}’\nTry 'sleep --help' for more information.\n`,
        );
        return 1;
      }
      total += match ? Number(match[1]) * UNITS[match[2]!]! : 86_400_000 * 365;
    }
    // A loop that sleeps is there to be watched.
    await (process.looping ? process.follow(total) : process.sleep(total));
    return 0;
  },
};

const SEQ_PIECE = 1000;

const seq: Command = {
  name: 'seq',
  group: 'text',
  usage: 'seq [FIRST [STEP]] LAST',
  flags: [{ short: 's', value: 'TEXT', help: 'What stands between the numbers' }],
  examples: ['for i in $(seq 1 5); do echo $i; done'],
  async run(process) {
    const { args, stdout, stderr } = process;
    const separator = args[0] === '-s' ? (args[1] ?? '\n') : '\n';
    const numbers = (args[0] === '-s' ? args.slice(2) : args).map(Number);
    if (numbers.length === 0 || numbers.length > 3 || numbers.some(Number.isNaN)) {
      stderr.write(
        numbers.length === 0 ? 'seq: missing operand\n' : 'seq: invalid floating point argument\n',
      );
      return 1;
    }
    const [first, step, last] =
      numbers.length === 1
        ? [1, 1, numbers[0]!]
        : numbers.length === 2
          ? [numbers[0]!, 1, numbers[1]!]
          : (numbers as [number, number, number]);
    const count = step === 0 ? 0 : Math.floor((last - first) / step + 1e-9) + 1;
    // In pieces, so that the page has its turns in a long row of numbers.
    for (let done = 0; done < count; done += SEQ_PIECE) {
      const items = Array.from({ length: Math.min(SEQ_PIECE, count - done) }, (_, index) =>
        String(Number((first + (done + index) * step).toPrecision(15))),
      );
      stdout.write(items.join(separator) + (done + SEQ_PIECE < count ? separator : '\n'));
      await process.pause();
    }
    return 0;
  },
};

const date: Command = {
  name: 'date',
  group: 'shell',
  usage: 'date [+FORMAT]',
  flags: [{ short: 'u', help: 'In UTC' }],
  examples: ['date', 'date +%T'],
  run({ args, stdout, session }) {
    const now = new Date(Date.parse(session.cluster.timestamp()));
    const two = (value: number) => String(value).padStart(2, '0');
    const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
    const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
    const time = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
    const format = args.find((word) => word.startsWith('+'));
    const values: Readonly<Record<string, string>> = {
      Y: String(now.getUTCFullYear()),
      m: two(now.getUTCMonth() + 1),
      d: two(now.getUTCDate()),
      H: two(now.getUTCHours()),
      M: two(now.getUTCMinutes()),
      S: two(now.getUTCSeconds()),
      T: time,
      s: String(Math.floor(now.getTime() / 1000)),
      F: now.toISOString().slice(0, 10),
      N: '000000000',
      '%': '%',
    };
    if (format)
      stdout.write(`${format.slice(1).replace(/%(.)/g, (all, letter: string) => values[letter] ?? all)}\n`);
    else
      stdout.write(
        `${days[now.getUTCDay()]} ${months[now.getUTCMonth()]} ${String(now.getUTCDate()).padStart(2, ' ')} ${time} UTC ${now.getUTCFullYear()}\n`,
      );
    return 0;
  },
};

const hostname: Command = {
  name: 'hostname',
  group: 'machine',
  usage: 'hostname [-i]',
  flags: [
    { short: 'i', help: 'Its address' },
    { short: 'f', help: 'Its full name' },
  ],
  examples: ['kubectl exec client -- hostname'],
  run({ args, stdout, machine, files }) {
    const { hostname: name } = machine.context;
    if (args.includes('-i') || args.includes('-I')) {
      const line = (files.read('/etc/hosts') ?? '')
        .split('\n')
        .find((one) => one.split(/\s+/).slice(1).includes(name));
      stdout.write(`${line?.split(/\s+/)[0] ?? ''}\n`);
    } else stdout.write(`${name}\n`);
    return 0;
  },
};

const env: Command = {
  name: 'env',
  aliases: ['printenv'],
  group: 'machine',
  usage: 'env [NAME=VALUE… COMMAND]',
  flags: [],
  examples: ['kubectl exec client -- env'],
  run(process) {
    const { args, env: variables, stdout, name } = process;
    if (name === 'printenv' && args.length > 0) {
      const found = args.filter((key) => Object.hasOwn(variables, key));
      stdout.write(found.map((key) => `${variables[key]}\n`).join(''));
      return found.length === args.length ? 0 : 1;
    }
    const at = args.findIndex((word) => !/^\w+=/.test(word));
    const extra = Object.fromEntries(
      (at === -1 ? args : args.slice(0, at)).map((word) => [
        word.slice(0, word.indexOf('=')),
        word.slice(word.indexOf('=') + 1),
      ]),
    );
    if (at !== -1) return process.runProgram(args.slice(at), { env: extra });
    stdout.write(
      Object.entries({ ...variables, ...extra })
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    return 0;
  },
};

const clear: Command = {
  name: 'clear',
  group: 'shell',
  builtin: true,
  usage: 'clear',
  flags: [],
  examples: ['clear'],
  run(process) {
    process.clear();
    return 0;
  },
};

const whoami: Command = {
  name: 'whoami',
  aliases: ['id'],
  group: 'machine',
  usage: 'whoami',
  flags: [],
  examples: ['ssh node-1 whoami'],
  run({ name, stdout, machine, env }) {
    const learner = machine.kind === 'workstation' && env.USER !== 'root';
    const user = learner ? 'learner' : 'root';
    const id = learner ? '1000' : '0';
    stdout.write(
      name === 'id' ? `uid=${id}(${user}) gid=${id}(${user}) groups=${id}(${user})\n` : `${user}\n`,
    );
    return 0;
  },
};

/** Small commands that a shell is nothing without. */
export const SIMPLE_COMMANDS: readonly Command[] = [
  echo,
  printf,
  test,
  yes,
  no,
  pwd,
  sleep,
  seq,
  date,
  hostname,
  env,
  clear,
  whoami,
];
