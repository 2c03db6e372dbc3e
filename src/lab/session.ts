import type {
  Cluster,
  ClusterOptions,
  Exchange,
  FieldDescription,
  FieldQuery,
  Message,
} from '../engine/index.ts';
import { applyLine } from './apply-line.ts';
import type { Goal } from './check.ts';
import { dryRunProblems, manifestProblems } from './check-files.ts';
import { type CommandFact, type VisitFact, withCaused } from './facts.ts';
import { createGoalKeeper } from './goals.ts';
import type { CommandResult, LabFile, LabSession, LabState, Problem, RunIo } from './protocol.ts';
import type { WriteOutcome } from './rejections.ts';
import { createShells, type Shells } from './shells.ts';
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
  /** How long virtual time takes for those who only look on. Absent: none. */
  wait?(ms: number): Promise<void>;
  /** Words what the simulation itself has to say (`help`, hints), in the learner's language. */
  say?(message: Message): string;
  /** What the API server knows of a field, for the editor. */
  describe?(query: FieldQuery): Promise<FieldDescription | undefined>;
}

/** So many commands are remembered for goals and for stepping through their trips. */
const REMEMBERED_COMMANDS = 100;

/** All that a start makes anew. */
interface Machine {
  readonly cluster: Cluster;
  readonly shells: Shells;
  readonly files: Map<string, string>;
  readonly goals: ReturnType<typeof createGoalKeeper>;
  commands: readonly CommandFact[];
  visits: readonly VisitFact[];
  refusals: readonly { readonly document: string; readonly problems: readonly Problem[] }[];
}

/** One lab at work: a cluster, its terminals and the learner's files, without a page. The same calls give the same answers. */
export function createLabSession(options: LabSessionOptions): LabSession {
  let machine: Machine | undefined;

  function boot(): Machine {
    const cluster = options.createCluster(options.cluster);
    const files = new Map<string, string>();
    const { say, pause, wait } = options;
    const shells = createShells({
      cluster,
      files: {
        list: () => [...files.keys()],
        read: (name) => files.get(name),
        write: (name, text) => void files.set(name, text),
      },
      ...(say ? { say } : {}),
      ...(pause ? { pause } : {}),
      ...(wait ? { wait } : {}),
    });
    const goals = createGoalKeeper(options.goals);
    return { cluster, shells, files, goals, commands: [], visits: [], refusals: [] };
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

  async function command(line: string, io: RunIo): Promise<CommandResult> {
    const at = started();
    const { cluster, files } = at;
    const before = new Map(files);
    const from = cluster.clock.now();
    const terminal = await at.shells.of(io.terminal);
    const { status, exchanges, output } = await terminal.run(line, io);
    const to = cluster.clock.now();
    cluster.settle();
    at.commands = [...at.commands, { line, output, status, exchanges }].slice(-REMEMBERED_COMMANDS);
    const now = filesOf(at);
    const sources = createSources(now);
    rememberRefusals(at, terminal.outcomes, sources);
    const written = now.filter((file) => before.get(file.name) !== file.text);
    return {
      status,
      from,
      to,
      trips: exchanges.map((exchange) => createTrip(exchange, cluster, cluster.api, sources)),
      state: stateOf(at),
      prompt: terminal.shell.prompt(),
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
        let said = '';
        const write = (text: string) => {
          said += text;
        };
        const line = applyLine(options.setup.map((file) => file.name));
        const { status } = await (await machine.shells.of()).run(line, { columns: 80, write });
        if (status !== 0) throw new Error(`the lab's setup was refused: ${said}`);
        machine.cluster.settle();
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
      return command(applyLine(files.map((file) => file.name)), { columns: 80, write });
    },
    run: command,
    interrupt: (terminal) => machine?.shells.interrupt(terminal),
    async close(terminal) {
      started().shells.close(terminal);
    },
    hold: (until) => started().shells.hold(until),
    complete: async (line, cursor, terminal) =>
      (await started().shells.of(terminal)).shell.complete(line, cursor),
    isIncomplete: async (line) => (await started().shells.of()).shell.isIncomplete(line),
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
function rememberRefusals(at: Machine, outcomes: readonly WriteOutcome[], sources: Sources): void {
  const refusals = new Map(at.refusals.map((each) => [each.document, each.problems]));
  for (const { object, status } of outcomes) {
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
