import { type Job, jobLine } from '../session/jobs.ts';
import type { Builtin, BuiltinContext } from './builtins.ts';

/** `jobs`, `wait`, `kill`, `fg`, `bg`: what is done about commands in the background. */
export const JOB_BUILTINS: Readonly<Record<string, Builtin>> = {
  jobs(args, { streams, runtime }) {
    const all = runtime.jobs.list();
    const shown = args.includes('-p')
      ? all.map(({ pid }) => `${pid}\n`)
      : all.map((job) => (args.includes('-l') ? withPid(job, all) : jobLine(job, all)));
    streams.stdout.write(shown.join(''));
    runtime.jobs.reap();
    return 0;
  },

  async wait(args, context) {
    const { runtime, state, streams } = context;
    const wanted = args.filter((word) => !word.startsWith('-'));
    let status = 0;
    for (const reference of wanted.length > 0 ? wanted : runtime.jobs.list().map(({ pid }) => String(pid))) {
      const job = runtime.jobs.find(reference);
      if (!job) {
        streams.stderr.write(
          reference.startsWith('%')
            ? `${state.name}: wait: ${reference}: no such job\n`
            : `${state.name}: wait: pid ${reference} is not a child of this shell\n`,
        );
        status = 127;
        continue;
      }
      const ended = await untilDone(job, context);
      if (wanted.length > 0) status = ended;
    }
    return status;
  },

  async kill(args, context) {
    const { runtime, state, streams } = context;
    if (args[0] === '-l') {
      streams.stdout.write('HUP INT QUIT KILL TERM CONT STOP TSTP\n');
      return 0;
    }
    const signal = args[0]?.startsWith('-') ? args[0] : undefined;
    const targets = args.slice(
      signal === undefined || signal === '--'
        ? Number(signal === '--')
        : signal === '-s' || signal === '-n'
          ? 2
          : 1,
    );
    if (targets.length === 0) {
      streams.stderr.write(
        `${state.name}: kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n`,
      );
      return 2;
    }
    let status = 0;
    for (const target of targets) {
      const job = runtime.jobs.find(target);
      const problem = job
        ? undefined
        : target.startsWith('%')
          ? `${target}: no such job`
          : /^-?\d+$/.test(target)
            ? `(${target}) - No such process`
            : `${target}: arguments must be process or job IDs`;
      if (problem) {
        streams.stderr.write(`${state.name}: kill: ${problem}\n`);
        status = 1;
      } else if (signal !== '-0') job!.kill();
    }
    // Programs that wait get to know of it before the next command runs.
    for (let round = 0; round < 64; round++) await Promise.resolve();
    return status;
  },

  async fg(args, context) {
    const job = find('fg', args, context);
    if (!job) return 1;
    context.streams.stdout.write(`${job.text}\n`);
    const status = await untilDone(job, context, true);
    context.runtime.jobs.reap();
    return status;
  },

  bg(args, context) {
    const job = find('bg', args, context);
    if (!job) return 1;
    context.streams.stderr.write(`${context.state.name}: bg: job ${job.id} already in background\n`);
    return 0;
  },
};

function withPid(job: Job, all: readonly Job[]): string {
  return jobLine(job, all).replace(/^(\S+ ) /, `$1${job.pid} `);
}

function find(
  name: string,
  args: readonly string[],
  { runtime, state, streams }: BuiltinContext,
): Job | undefined {
  const job = runtime.jobs.find(args[0] ?? '%%');
  if (!job)
    streams.stderr.write(
      `${state.name}: ${name}: ${args[0] === undefined ? 'current' : args[0]}: no such job\n`,
    );
  return job;
}

/** Ctrl-C ends the waiting; with `foreground` it ends the job too. */
async function untilDone(job: Job, { runtime }: BuiltinContext, foreground = false): Promise<number> {
  const { signal } = runtime;
  let stop = () => {};
  const interrupted = new Promise<number>((resolve) => {
    stop = () => resolve(130);
    signal.addEventListener('abort', stop);
  });
  try {
    const status = await Promise.race([job.done, interrupted]);
    if (signal.aborted && foreground) job.kill();
    return status;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
