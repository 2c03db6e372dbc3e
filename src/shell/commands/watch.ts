import { parseFlags } from '../flags.ts';
import type { Command } from '../process.ts';
import { createCapture } from '../streams.ts';

/** procps' `watch`: runs a line again and again, in virtual time, until Ctrl-C. */
export const watchCommand: Command = {
  name: 'watch',
  group: 'shell',
  usage: 'watch [-n SECONDS] COMMAND…',
  flags: [
    { name: 'interval', short: 'n', value: 'SECONDS', help: 'Time between two runs (default 2)' },
    { name: 'no-title', short: 't', help: 'Without the first lines' },
    { name: 'chgexit', short: 'g', help: 'Stop when the output changes' },
    { name: 'differences', short: 'd', help: 'Mark what changed (not simulated)' },
  ],
  examples: ['watch kubectl get pods', 'watch -n 5 kubectl get endpointslices'],
  arguments: ['command'],
  async run(process) {
    const parsed = parseFlags(process.args, watchCommand.flags, { stopAtFirst: true });
    if (!parsed.ok || parsed.flags.rest.length === 0) {
      process.stderr.write('Usage:\n watch [options] command\n');
      return 1;
    }
    const { flags } = parsed;
    const line = flags.rest.join(' ');
    const seconds = Math.max(0.1, Number(flags.text('interval') ?? 2) || 2);
    let before: string | undefined;
    for (;;) {
      const capture = createCapture();
      await process.runLine(line, { stdout: capture, stderr: capture });
      const text = capture.text();
      process.clear();
      if (!flags.has('no-title')) process.stdout.write(`Every ${seconds.toFixed(1)}s: ${line}\n\n`);
      process.stdout.write(text);
      if (flags.has('chgexit') && before !== undefined && before !== text) return 0;
      before = text;
      if (!(await process.follow(seconds * 1000))) return 0;
    }
  },
};
