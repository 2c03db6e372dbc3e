import type { Command } from '../process.ts';
import { no, pwd, test, yes } from './simple/conditions.ts';
import { clear, env, hostname, whoami } from './simple/machine.ts';
import { echo, printf } from './simple/print.ts';
import { date, seq, sleep } from './simple/time.ts';

/** Small commands that a shell is nothing without. */
export const SIMPLE_COMMANDS: readonly Command[] = [
  echo,
  printf,
  test,
  yes,
  no,
  pwd,
  sleep,
  seq,
  date,
  hostname,
  env,
  clear,
  whoami,
];
