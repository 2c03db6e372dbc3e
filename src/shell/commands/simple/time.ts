import type { Command } from '../../process.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const sleep: Command = {
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

export const seq: Command = {
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

export const date: Command = {
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
      N: String(now.getUTCMilliseconds() * 1_000_000).padStart(9, '0'),
      y: String(now.getUTCFullYear()).slice(2),
      e: String(now.getUTCDate()).padStart(2),
      I: two(now.getUTCHours() % 12 || 12),
      p: now.getUTCHours() < 12 ? 'AM' : 'PM',
      R: time.slice(0, 5),
      D: `${two(now.getUTCMonth() + 1)}/${two(now.getUTCDate())}/${String(now.getUTCFullYear()).slice(2)}`,
      a: days[now.getUTCDay()]!,
      b: months[now.getUTCMonth()]!,
      h: months[now.getUTCMonth()]!,
      Z: 'UTC',
      z: '+0000',
      n: '\n',
      t: '\t',
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
