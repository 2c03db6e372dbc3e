import type { Command } from '../../process.ts';
import { awkCommand } from './awk.ts';
import { cutCommand } from './cut.ts';
import { grepCommand } from './grep.ts';
import { headCommand, tailCommand } from './head-tail.ts';
import { sedCommand } from './sed.ts';
import { teeCommand, trCommand, wcCommand, xargsCommand } from './small.ts';
import { sortCommand, uniqCommand } from './sort.ts';

export const TEXT_COMMANDS: readonly Command[] = [
  grepCommand,
  headCommand,
  tailCommand,
  wcCommand,
  sortCommand,
  uniqCommand,
  cutCommand,
  trCommand,
  sedCommand,
  awkCommand,
  teeCommand,
  xargsCommand,
];
