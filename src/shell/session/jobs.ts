/** One command that was sent to the background with `&`. */
export interface Job {
  /** `%1` */
  readonly id: number;
  readonly pid: number;
  readonly text: string;
  /** Answers its exit status. */
  readonly done: Promise<number>;
  /** undefined: it runs. */
  readonly status: number | undefined;
  /** Somebody ended it. */
  readonly killed: boolean;
  kill(): void;
}

/** A shell's background jobs, as `jobs`, `wait` and `kill` know them. */
export interface JobTable {
  list(): readonly Job[];
  /** Starts a job; `run` gets the signal that ends it. */
  start(text: string, run: (signal: AbortSignal) => Promise<number>): Job;
  /** `%1`, `%%`, `%-`, `%curl` or a process id. */
  find(reference: string): Job | undefined;
  /** Takes the jobs that have ended out of the table. */
  reap(): readonly Job[];
  /** `$!` */
  lastPid(): number | undefined;
  killAll(): void;
}

/** Process ids begin here; a shell of its own has the one before. */
const FIRST_PID = 1001;

export function createJobTable(): JobTable {
  const jobs: Job[] = [];
  let pids = FIRST_PID;
  let last: number | undefined;
  return {
    list: () => [...jobs],
    start(text, run) {
      const controller = new AbortController();
      const outcome: { status: number | undefined; killed: boolean } = { status: undefined, killed: false };
      const job: Job = {
        id: Math.max(0, ...jobs.map(({ id }) => id)) + 1,
        pid: pids++,
        text,
        get status() {
          return outcome.status;
        },
        get killed() {
          return outcome.killed;
        },
        done: run(controller.signal)
          .catch(() => 130)
          .then((status) => {
            outcome.status = outcome.killed ? 143 : status;
            return outcome.status;
          }),
        kill() {
          outcome.killed = true;
          controller.abort();
        },
      };
      jobs.push(job);
      last = job.pid;
      return job;
    },
    find(reference) {
      if (!reference.startsWith('%')) return jobs.find(({ pid }) => String(pid) === reference);
      const name = reference.slice(1);
      if (name === '' || name === '%' || name === '+') return jobs.at(-1);
      if (name === '-') return jobs.at(-2) ?? jobs.at(-1);
      return jobs.findLast(({ id, text }) =>
        /^\d+$/.test(name) ? String(id) === name : text.startsWith(name),
      );
    },
    reap() {
      const ended = jobs.filter(({ status }) => status !== undefined);
      for (const job of ended) jobs.splice(jobs.indexOf(job), 1);
      return ended;
    },
    lastPid: () => last,
    killAll() {
      for (const job of jobs) job.kill();
    },
  };
}

/** A line of `jobs`: `[1]+  Running                 sleep 100 &`. */
export function jobLine(job: Job, all: readonly Job[]): string {
  const sign = job === all.at(-1) ? '+' : job === all.at(-2) ? '-' : ' ';
  const state =
    job.status === undefined
      ? 'Running'
      : job.killed
        ? 'Terminated'
        : job.status === 0
          ? 'Done'
          : `Exit ${job.status}`;
  return `[${job.id}]${sign}  ${state.padEnd(23)} ${job.text}${job.status === undefined ? ' &' : ''}\n`;
}
