import type { Command } from '../process.ts';
import { BASICS } from './basics.ts';
import { curlCommand } from './curl.ts';
import { helpCommand } from './help.ts';
import { kubectlCommand } from './kubectl/index.ts';
import { shCommand } from './sh.ts';
import { sshCommand } from './ssh.ts';
import { traceCommand } from './trace.ts';

/** Every command that the shell knows. */
export const COMMANDS: readonly Command[] = [
  kubectlCommand,
  curlCommand,
  traceCommand,
  sshCommand,
  shCommand,
  helpCommand,
  ...BASICS,
];
