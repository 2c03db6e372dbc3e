import { parseArguments, USAGE } from './arguments.ts';
import { writeScript } from './netns.ts';
import { run } from './run.ts';

const parsed = parseArguments(process.argv.slice(2));
if (parsed.kind === 'help') {
  process.stdout.write(USAGE);
} else if (parsed.kind === 'wrong') {
  process.stderr.write(`hop: ${parsed.message}\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const controller = new AbortController();
  process.on('SIGINT', () => controller.abort());
  // `hop run … | head`: the reader has gone, which is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await (parsed.kind === 'netns' ? writeScript : run)(parsed.options, {
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    columns: process.stdout.columns ?? 80,
    colours: process.stdout.isTTY === true,
    terminal: process.stdout.isTTY === true,
    signal: controller.signal,
  });
}
