import type { Cluster } from '../../../src/engine/index.ts';
import { createShellTime, type ShellTime } from '../../../src/shell/index.ts';
import { shellOn } from '../../support/shell-on.ts';
import type { Recorded, Transcripts } from '../record/lab.ts';
import type { GoldenResult } from '../result.ts';
import { comparable } from '../support/comparable.ts';
import { labCluster } from '../support/tool-lab.ts';

export const file = 'linux-tools.json';

/** Replays every command line in the same network, in the recorded order: what one changes, the next one shows. */
export async function run(records: unknown): Promise<GoldenResult[]> {
  const { manifest, steps } = records as Transcripts;
  const cluster = await labCluster(manifest);
  // Who only looks on sees a second pass in ten milliseconds: time enough to type beside it.
  const time = createShellTime(cluster.clock, {
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
  });
  const lab: Lab = { cluster, time };
  const results: GoldenResult[] = [];
  for (const step of steps) {
    const came = await replay(lab, step);
    const expected = comparable(step, step);
    const actual = comparable(step, came);
    const passed = expected === actual;
    results.push({
      id: step.id,
      passed,
      ...(!passed && { difference: `expected\n${expected}\ncame\n${actual}` }),
    });
  }
  return results;
}

interface Lab {
  readonly cluster: Cluster;
  readonly time: ShellTime;
}

export interface Came {
  readonly output: string;
  readonly errors: string;
  readonly status: number;
}

async function replay(lab: Lab, step: Recorded): Promise<Came> {
  const controller = new AbortController();
  const main = typed(lab, step.in, step.command, controller.signal);
  if (step.during) {
    await turns();
    // A second terminal, beside the first.
    for (const { in: place, command } of step.during) await typed(lab, place, command);
    await turns();
    controller.abort();
  } else if (step.interruptAfter !== undefined) {
    lab.cluster.clock.after(step.interruptAfter * 1000, () => controller.abort());
  }
  return main;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function typed(
  { cluster, time }: Lab,
  place: string,
  command: string,
  signal = new AbortController().signal,
): Promise<Came> {
  let output = '';
  let errors = '';
  const { status } = await shellOn(cluster, new Map(), time).run(lineFor(place, command), {
    write: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
    columns: 120,
    signal,
    terminal: false,
  });
  return { output, errors, status };
}

/** Busybox's tools have no name of their own in the recording; in its image they have. */
function lineFor(place: string, command: string): string {
  const quoted = `'${command.replaceAll("'", `'\\''`)}'`;
  return /^(?:node-\d|client)$/.test(place)
    ? `ssh ${place} ${quoted}`
    : `kubectl exec ${place} -- sh -c ${quoted}`;
}
