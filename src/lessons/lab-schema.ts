import type { Goal, LabFile, SolutionStep } from '../lab/index.ts';
import { readCheck, readVisited } from './check-schema.ts';
import { compact, Reader, type Text } from './reader.ts';

/** A goal, and the words for it. */
export interface LabGoal extends Goal {
  readonly text: Text;
  readonly hints: readonly Text[];
}

/** A question with options of which exactly one is right: asked before a run (prediction) or after (check). */
export interface Question {
  readonly id: string;
  readonly question: Text;
  readonly options: readonly { readonly text: Text; readonly why: Text; readonly right: boolean }[];
}

/** One hands-on lab: `labs/NAME/lab.yaml` and the folders beside it. */
export interface Lab {
  readonly name: string;
  readonly title: Text;
  /** A `ClusterOptions` value; absent: the default cluster. */
  readonly cluster?: Readonly<Record<string, unknown>>;
  readonly goals: readonly LabGoal[];
  readonly predictions: readonly Question[];
  readonly checks: readonly Question[];
  /** What the terminal's slots offer on phones, by slot; absent: what the lab finds in the cluster. */
  readonly commands: readonly (readonly string[])[];
  readonly done?: {
    readonly title: Text;
    readonly text: Text;
    readonly link?: { readonly href: string; readonly text: Text };
  };
  /** What a test does after applying the solution's files over the start's. */
  readonly solution: readonly SolutionStep[];
  /** What the learner finds, in the order of the tabs. */
  readonly files: readonly LabFile[];
  /** Applied before the learner comes; not shown. */
  readonly setup: readonly LabFile[];
  /** The files of the solution that differ from the start's. */
  readonly solutionFiles: readonly LabFile[];
}

export interface LabFolders {
  readonly start: readonly LabFile[];
  readonly setup?: readonly LabFile[];
  readonly solution: readonly LabFile[];
}

/**
 * Reads a lab from the value of its `lab.yaml` and its folders' files. Throws an Error that lists every fault, each
 * with its path: authors meet it in the build.
 */
export function parseLab(name: string, value: unknown, folders: LabFolders): Lab {
  const reader = new Reader(value);
  reader.only('title', 'files', 'cluster', 'goals', 'predictions', 'checks', 'commands', 'done', 'solution');
  const order = reader.at('files').list((file) => file.string());
  const goals = reader.at('goals').list(readGoal, true);
  const lab = compact<Lab>({
    name,
    title: reader.at('title').text(),
    cluster: reader.at('cluster').optional((it) => it.raw() as Readonly<Record<string, unknown>>),
    goals,
    predictions: reader.at('predictions').list(readQuestion),
    checks: reader.at('checks').list(readQuestion),
    commands: reader.at('commands').list((item) =>
      item
        .only('slot')
        .at('slot')
        .list((each) => each.string(), true),
    ),
    done: reader.at('done').optional(readDone),
    solution: readSolution(reader.at('solution')),
    files: inOrder(folders.start, order, reader),
    setup: folders.setup ?? [],
    solutionFiles: folders.solution,
  });
  const repeated = goals.find((goal, index) => goals.findIndex((each) => each.id === goal.id) !== index);
  if (repeated) reader.fault(`two goals have the id ${repeated.id}`);
  if (folders.start.length === 0) reader.fault('the lab has no start/*.yaml');
  if (reader.faults.length > 0)
    throw new Error(`lab ${name}:\n${reader.faults.map((fault) => `  ${fault}`).join('\n')}`);
  return lab;
}

function readGoal(goal: Reader): LabGoal {
  goal.only('id', 'text', 'check', 'hints');
  return {
    id: goal.at('id').string(),
    text: goal.at('text').text(),
    check: readCheck(goal.at('check')),
    hints: goal.at('hints').list((hint) => hint.text()),
  };
}

function readQuestion(question: Reader): Question {
  question.only('id', 'question', 'options');
  const options = question.at('options').list((option) => {
    option.only('text', 'why', 'right');
    return {
      text: option.at('text').text(),
      why: option.at('why').text(),
      right: option.at('right').optional((it) => it.boolean()) ?? false,
    };
  }, true);
  if (options.filter((option) => option.right).length !== 1)
    question.fault('exactly one option must be right');
  return { id: question.at('id').string(), question: question.at('question').text(), options };
}

function readDone(done: Reader): NonNullable<Lab['done']> {
  done.only('title', 'text', 'link');
  return compact({
    title: done.at('title').text(),
    text: done.at('text').text(),
    link: done.at('link').optional((link) => {
      link.only('href', 'text');
      return { href: link.at('href').string(), text: link.at('text').text() };
    }),
  });
}

function readSolution(solution: Reader): readonly SolutionStep[] {
  if (!solution.present) return [];
  solution.only('commands');
  return solution.at('commands').list((item): SolutionStep => {
    if (typeof item.raw() === 'string') return { kind: 'run', line: item.string() };
    item.only('visit');
    return { kind: 'visit', visited: readVisited(item.at('visit')) };
  });
}

function inOrder(files: readonly LabFile[], order: readonly string[], reader: Reader): readonly LabFile[] {
  for (const name of order) {
    if (!files.some((file) => file.name === name)) reader.at('files').fault(`there is no start/${name}`);
  }
  const rank = (file: LabFile) => (order.includes(file.name) ? order.indexOf(file.name) : order.length);
  return [...files].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
