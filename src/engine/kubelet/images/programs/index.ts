import type { Program } from '../../../libc/index.ts';
import {
  cat,
  date,
  echo,
  env,
  falseProgram,
  grep,
  head,
  hostname,
  printf,
  pwd,
  remove,
  seq,
  sleepProgram,
  tail,
  test,
  touch,
  trueProgram,
} from './coreutils.ts';
import { curl } from './curl.ts';
import { nc } from './nc.ts';
import { nslookup } from './nslookup.ts';
import { sh } from './sh.ts';
import { wget } from './wget.ts';

/** What containers and exec probes run beside the images' own servers. The learner's own commands are the shell's. */
export const COMMON_PROGRAMS: Readonly<Record<string, Program>> = {
  '[': test,
  ash: sh,
  bash: sh,
  cat,
  curl,
  date,
  echo,
  env,
  false: falseProgram,
  grep,
  head,
  hostname,
  nc,
  netcat: nc,
  nslookup,
  printf,
  printenv: env,
  pwd,
  rm: remove,
  seq,
  sh,
  sleep: sleepProgram,
  tail,
  test,
  touch,
  true: trueProgram,
  wget,
};
