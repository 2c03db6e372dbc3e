import type {
  Cluster,
  ClusterOptions,
  Exchange,
  FieldDescription,
  FieldQuery,
  Message,
} from '../engine/index.ts';
import { parseManifest, stringifyYaml } from '../manifest/index.ts';
import { createShell, type Shell, type ShellHost } from '../shell/index.ts';
import { applyLine } from './apply-line.ts';
import type { Goal } from './check.ts';
import { dryRunProblems, manifestProblems } from './check-files.ts';
import { type CommandFact, type VisitFact, withCaused } from './facts.ts';
import { createGoalKeeper } from './goals.ts';
import type { CommandResult, LabFile, LabSession, LabState, Problem } from './protocol.ts';
import { type WriteOutcome, withOutcomes } from './rejections.ts';
import { createSources, type SourceDocument, type Sources } from './sources.ts';
import { statusProblems } from './status-problems.ts';
import { createTrip } from './trips.ts';

export interface LabSessionOptions {
  createCluster(options?: ClusterOptions): Cluster;
  readonly cluster?: ClusterOptions;
  readonly goals: readonly Goal[];
  /** Applied before the learner comes, and not among the learner's files. */
  readonly setup?: readonly LabFile[];
  /** Lets whoever waits outside (a keystroke, a paint) have a turn in the middle of a long command. */
  pause?(): Promise<void>;
  /** Words what the simulation itself has to say (`help`, hints), in the learner's language. */
  say?(message: Message): string;
  /** What the API server knows of a field, for the editor. */
  describe?(query: FieldQuery): Promise<FieldDescription | undefined>;
}

/** So many commands are remembered for goals and for stepping through their trips. */
const REMEMBERED_COMMANDS = 100;
const REMEMBERED_OUTPUT = 100_000;

/** All that a start makes anew. */
interface Machine {
  readonly cluster: Cluster;
  /** A terminal's shell; '' is the learner's own computer, other names are nodes. */
  shellOf(machine: string): Promise<Shell>;
  readonly files: Map<string, string>;
  readonly goals: ReturnType<typeof createGoalKeeper>;
  commands: readonly CommandFact[];
  visits: readonly VisitFact[];
  outcomes: WriteOutcome[];
  refusals: readonly { readonly document: string; readonly problems: readonly Problem[] }[];
}

/** One lab at work: a cluster, a shell and the learner's files, without a page. The same calls give the same answers. */
export function createLabSession(options: LabSessionOptions): LabSession {
  let machine: Machine | undefined;
  /** The commands that run now: one a terminal at most. */
  const running = new Set<AbortController>();

  function boot(): Machine {
    const cluster = options.createCluster(options.cluster);
    const files = new Map<string, string>();
    const outcomes: WriteOutcome[] = [];
    const host: ShellHost = {
      cluster: { ...cluster, api: withOutcomes(cluster.api, (outcome) => machine?.outcomes.push(outcome)) },
      files: {
        list: () => [...files.keys()],
        read: (name) => files.get(name),
        write: (name, text) => void files.set(name, text),
      },
      parseManifests: parseManifest,
      stringifyYaml,
      ...(options.say ? { say: options.say } : {}),
    };
    const shells = new Map<string, Shell>();
    async function shellOf(name: string): Promise<Shell> {
      const found = shells.get(name);
      if (found) return found;
      const shell = createShell(host);
      shells.set(name, shell);
      if (name !== '') {
        await shell.run(`ssh ${name}`, {
          write() {},
          writeError() {},
          columns: 80,
          signal: new AbortController().signal,
        });
      }
      return shell;
    }
    return {
      cluster,
      shellOf,
      files,
      goals: createGoalKeeper(options.goals),
      commands: [],
      visits: [],
      outcomes,
      refusals: [],
    };
  }

  const filesOf = ({ files }: Machine): readonly LabFile[] =>
    [...files].map(([name, text]) => ({ name, text }));

  function judge(at: Machine) {
    return at.goals.judge({
      api: at.cluster.api,
      view: at.cluster.view(),
      commands: at.commands,
      visits: at.visits,
    });
  }

  function problemsOf(at: Machine, sources: Sources): readonly Problem[] {
    const unreadable = manifestProblems(sources);
    const said = sources.documents.flatMap((document) => {
      const refusal = at.refusals.find((each) => each.document === keyOf(document));
      return refusal
        ? moved(refusal.problems, document, sources).filter((problem) => !isMendedAbove(problem, sources))
        : [];
    });
    const seen = new Set(said.map((problem) => placeOf(problem)));
    const found = dryRunProblems(sources, at.cluster.api).filter((problem) => !seen.has(placeOf(problem)));
    return [...unreadable, ...said, ...found];
  }

  function stateOf(at: Machine): LabState {
    const files = filesOf(at);
    const sources = createSources(files);
    return {
      view: at.cluster.view(),
      goals: judge(at),
      problems: problemsOf(at, sources),
      sources: sources.documents.flatMap((document) => {
        const range = document.object && sources.rangeOf(document, '');
        return document.object && range ? [{ object: document.object, range }] : [];
      }),
    };
  }

  async function execute(
    at: Machine,
    line: string,
    write: (text: string) => void,
    columns: number,
    machineName = '',
  ) {
    const controller = new AbortController();
    running.add(controller);
    let output = '';
    const keep = (text: string) => {
      if (output.length < REMEMBERED_OUTPUT) output += text.slice(0, REMEMBERED_OUTPUT - output.length);
      write(text);
    };
    try {
      const clear = () => write('\x1b[2J\x1b[3J\x1b[H');
      const io = { write: keep, writeError: keep, clear, columns, colours: true, signal: controller.signal };
      const shell = await at.shellOf(machineName);
      const report = await shell.run(line, options.pause ? { ...io, pause: options.pause } : io);
      return { line, output, status: report.status, exchanges: report.exchanges } satisfies CommandFact;
    } finally {
      running.delete(controller);
      at.cluster.settle();
    }
  }

  async function command(
    line: string,
    write: (text: string) => void,
    columns: number,
    machineName = '',
  ): Promise<CommandResult> {
    const at = started();
    const before = new Map(at.files);
    at.outcomes.length = 0;
    const fact = await execute(at, line, write, columns, machineName);
    at.commands = [...at.commands, fact].slice(-REMEMBERED_COMMANDS);
    const files = filesOf(at);
    const sources = createSources(files);
    rememberRefusals(at, sources);
    const written = files.filter((file) => before.get(file.name) !== file.text);
    return {
      status: fact.status,
      trips: fact.exchanges.map((exchange) => createTrip(exchange, at.cluster, at.cluster.api, sources)),
      state: stateOf(at),
      prompt: (await at.shellOf(machineName)).prompt(),
      ...(written.length > 0 ? { files: written } : {}),
    };
  }

  function started(): Machine {
    if (!machine) throw new Error('the lab has not been started');
    return machine;
  }

  return {
    async start(files) {
      machine = boot();
      machine.cluster.settle();
      if (options.setup && options.setup.length > 0) {
        for (const file of options.setup) machine.files.set(file.name, file.text);
        const fact = await execute(machine, applyLine(options.setup.map((file) => file.name)), () => {}, 80);
        if (fact.status !== 0) throw new Error(`the lab's setup was refused: ${fact.output}`);
        machine.files.clear();
      }
      for (const file of files) machine.files.set(file.name, file.text);
      return stateOf(machine);
    },
    async check(files) {
      return problemsOf(started(), createSources(files));
    },
    async save(files) {
      for (const file of files) started().files.set(file.name, file.text);
    },
    async apply(files, write) {
      await this.save(files);
      return command(applyLine(files.map((file) => file.name)), write, 80);
    },
    run: (line, write, columns, machineName) => command(line, write, columns, machineName),
    interrupt() {
      for (const controller of running) controller.abort();
    },
    complete: async (line, cursor, machineName = '') =>
      (await started().shellOf(machineName)).complete(line, cursor),
    isIncomplete: async (line) => (await started().shellOf('')).isIncomplete(line),
    describe: async (query) => options.describe?.(query),
    async visit(id, packet, hop, step) {
      const at = started();
      const visit = findVisit(at.commands, id, packet, hop, step);
      if (visit) at.visits = [...at.visits, visit];
      return judge(at);
    },
  };
}

function findVisit(
  commands: readonly CommandFact[],
  id: number,
  packet: number,
  hop: number,
  step: number,
): VisitFact | undefined {
  for (const command of commands.toReversed()) {
    const exchange: Exchange | undefined = command.exchanges
      .flatMap(withCaused)
      .find((each) => each.id === id);
    const place = exchange?.packets[packet]?.trace.hops[hop];
    const seen = place?.steps[step];
    if (exchange && place && seen) return { command, exchange, packet, hop, netns: place.netns, step: seen };
  }
  return undefined;
}

/** Keeps what the server refused, for as long as the document's text stays as it was; forgets what it then took. */
function rememberRefusals(at: Machine, sources: Sources): void {
  const refusals = new Map(at.refusals.map((each) => [each.document, each.problems]));
  for (const { object, status } of at.outcomes) {
    const document = sources.find(object);
    if (!document) continue;
    const key = keyOf(document);
    if (status) refusals.set(key, statusProblems(status, document, sources, 'server'));
    else refusals.delete(key);
  }
  at.refusals = [...refusals].map(([document, problems]) => ({ document, problems }));
}

/** The namespace that was missing is among the manifests by now. */
function isMendedAbove({ hint }: Problem, sources: Sources): boolean {
  return (
    hint?.id === 'lab.hint.no-namespace' &&
    sources.documents.some(
      ({ object }) => object?.kind === 'Namespace' && object.name === hint.values.namespace,
    )
  );
}

/** What a document says, its comments and place apart. */
function keyOf({ file, value }: SourceDocument): string {
  return `${file}
${JSON.stringify(value)}`;
}

/** The same problems where the document stands now: text above it may have grown. */
function moved(problems: readonly Problem[], document: SourceDocument, sources: Sources): readonly Problem[] {
  return problems.map((problem) => {
    const range = sources.rangeOf(document, problem.field ?? '');
    return range ? { ...problem, range: { ...problem.range, ...lineOf(problem, range.line) } } : problem;
  });
}

function lineOf(problem: Problem, line: number) {
  return { line, endLine: line + problem.range.endLine - problem.range.line };
}

function placeOf({ range, field }: Problem): string {
  return `${range.file}:${range.line}:${field ?? ''}`;
}
