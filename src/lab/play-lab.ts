import { type ClusterView, createCluster } from '../engine/index.ts';
import type { Trip } from './protocol.ts';
import type { LabCase } from './prove-lab.ts';
import { createLabSession } from './session.ts';

/** What a solved lab showed when somebody typed into it. */
export interface LabPlay {
  /** Of all lines, in order. */
  readonly trips: readonly Trip[];
  readonly view: ClusterView;
  /** What the lines printed. */
  readonly output: string;
}

/** Solves a lab and types the lines into its terminal: how a page shows a real trip without opening a lab. */
export async function playLab(lab: LabCase, lines: readonly string[]): Promise<LabPlay> {
  const session = createLabSession({
    createCluster,
    goals: lab.goals,
    setup: lab.setup,
    ...(lab.cluster ? { cluster: lab.cluster } : {}),
  });
  await session.start(lab.files);
  const solved = lab.files.map((file) => lab.solutionFiles.find(({ name }) => name === file.name) ?? file);
  const added = lab.solutionFiles.filter((file) => !solved.includes(file));
  let { state } = await session.apply([...solved, ...added], () => {});
  let output = '';
  const trips: Trip[] = [];
  for (const line of lines) {
    const result = await session.run(line, {
      columns: 80,
      write(text) {
        output += text;
      },
    });
    trips.push(...result.trips);
    state = result.state;
  }
  return { trips, view: state.view, output };
}
