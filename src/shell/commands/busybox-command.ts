import type { Command } from '../process.ts';
import { BUSYBOX_BANNER } from './busybox.ts';

/** `busybox APPLET …`: the one program behind all of a busybox image's tools. */
export const busyboxCommand: Command = {
  name: 'busybox',
  group: 'machine',
  where: 'machines',
  usage: 'busybox [APPLET [ARGUMENT…]]',
  flags: [],
  examples: ['kubectl exec box -- busybox ip addr'],
  arguments: ['command'],
  run(process) {
    const [applet, ...rest] = process.args;
    const tools = process.machine.context.tools ?? [];
    if (applet === undefined) {
      process.stdout.write(
        `${BUSYBOX_BANNER}\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n\nCurrently defined functions:\n\t${tools.join(', ')}\n`,
      );
      return 0;
    }
    if (applet === '--list') {
      process.stdout.write(tools.map((tool) => `${tool}\n`).join(''));
      return 0;
    }
    if (!tools.includes(applet)) {
      process.stderr.write(`${applet}: applet not found\n`);
      return 127;
    }
    return process.runProgram([applet, ...rest]);
  },
};
