import type { Cluster, ClusterOptions } from '../engine/index.ts';
import type { Check, Goal } from './check.ts';
import { evaluateStep } from './evaluate.ts';
import type { GoalState, LabFile, LabSession, Trip } from './protocol.ts';
import { createLabSession } from './session.ts';

/** What to do after the solution's files are applied. */
export type SolutionStep =
  | { readonly kind: 'run'; readonly line: string }
  /** Stands on the first such step of the trips so far, latest command first. */
  | { readonly kind: 'visit'; readonly visited: Extract<Check, { kind: 'visited' }> };

/** What a proof needs to know of a lab; the lessons' `Lab` has all of it. */
export interface LabCase {
  readonly cluster?: ClusterOptions;
  readonly goals: readonly Goal[];
  readonly setup: readonly LabFile[];
  readonly files: readonly LabFile[];
  readonly solutionFiles: readonly LabFile[];
  readonly solution: readonly SolutionStep[];
}

export interface LabProof {
  /** After applying what the learner finds and nothing more: no goal may be met. */
  readonly start: readonly GoalState[];
  /** After the solution: every goal must be met. */
  readonly solution: readonly GoalState[];
  /** All that the solution's commands printed, each after its `$ line`. */
  readonly transcript: string;
}

/** Plays a lab twice: as it is found, and solved. */
export async function proveLab(
  lab: LabCase,
  createCluster: (options?: ClusterOptions) => Cluster,
): Promise<LabProof> {
  const open = () =>
    createLabSession({
      createCluster,
      goals: lab.goals,
      setup: lab.setup,
      ...(lab.cluster ? { cluster: lab.cluster } : {}),
    });

  const untouched = open();
  await untouched.start(lab.files);
  const start = (await untouched.apply(lab.files, () => {})).state.goals;

  const solved = open();
  const files = lab.files.map((file) => lab.solutionFiles.find((each) => each.name === file.name) ?? file);
  const added = lab.solutionFiles.filter((file) => !files.includes(file));
  let transcript = '';
  const write = (text: string) => {
    transcript += text;
  };
  await solved.start(lab.files);
  const applied = await solved.apply([...files, ...added], write);
  let goals = applied.state.goals;
  let trips: readonly Trip[] = applied.trips;
  for (const step of lab.solution) {
    if (step.kind === 'run') {
      write(`$ ${step.line}\n`);
      const result = await solved.run(step.line, { columns: 80, write });
      trips = [...result.trips, ...trips];
      goals = result.state.goals;
    } else {
      goals = (await visit(solved, trips, step.visited)) ?? goals;
    }
  }
  return { start, solution: goals, transcript };
}

/** Looks at every step of the kind that is asked for, as a learner does who steps through the whole trip. */
async function visit(
  session: LabSession,
  trips: readonly Trip[],
  visited: Extract<Check, { kind: 'visited' }>,
) {
  let goals: readonly GoalState[] | undefined;
  for (const { exchange, caused } of trips) {
    for (const [packet, { trace }] of exchange.packets.entries()) {
      for (const [hop, { steps }] of trace.hops.entries()) {
        for (const [step, each] of steps.entries()) {
          if (evaluateStep(visited, each)) goals = await session.visit(exchange.id, packet, hop, step);
        }
      }
    }
    goals = (await visit(session, caused, visited)) ?? goals;
  }
  return goals;
}
