import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** One command of a longer run. */
export interface Step {
  readonly name: string;
  /** The program, from node_modules/.bin or PATH, and its arguments. */
  readonly command: readonly string[];
}

export interface StepOutput {
  readonly status: number;
  readonly output: string;
}

export const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules', '.bin');

/** Runs one command in the project's folder, printing what it prints. node_modules/.bin comes first in PATH: its node is ours. */
export function runStep(step: Step): Promise<StepOutput> {
  return new Promise((done) => {
    const [program, ...args] = step.command;
    const child = spawn(program!, args, {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        ASTRO_TELEMETRY_DISABLED: '1',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const collect = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
      output += chunk;
      stream.write(chunk);
    };
    child.stdout.on('data', collect(process.stdout));
    child.stderr.on('data', collect(process.stderr));
    child.on('error', (error) => done({ status: 127, output: `${output}${error}` }));
    child.on('close', (status) => done({ status: status ?? 1, output }));
  });
}

/** Runs steps one after the other, all of them, and answers how many passed. */
export async function runSteps(steps: readonly Step[]): Promise<{ passed: number; failed: number }> {
  let passed = 0;
  let failed = 0;
  for (const step of steps) {
    console.log(`\n== ${step.name}`);
    const { status } = await runStep(step);
    if (status === 0) passed++;
    else {
      failed++;
      console.log(`== ${step.name}: failed (exit ${status})`);
    }
  }
  return { passed, failed };
}
