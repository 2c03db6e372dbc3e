import type { Program } from '../../../libc/index.ts';
import { awk } from './awk.ts';
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
import { sed } from './sed.ts';
import { sh } from './sh.ts';
import { basename, copy, dirname, id, ls, move, nproc, whoami } from './small-tools.ts';
import { cut, rev, sort, tac, tee, tr, uniq, wc } from './text-tools.ts';
import { wget } from './wget.ts';

/** What containers and exec probes run beside the images' own servers. The learner's own commands are the shell's. */
export const COMMON_PROGRAMS: Readonly<Record<string, Program>> = {
  '[': test,
  ash: sh,
  awk,
  basename,
  bash: sh,
  cat,
  cp: copy,
  curl,
  cut,

  date,
  dirname,
  echo,
  env,
  false: falseProgram,
  grep,
  head,
  hostname,
  id,
  ls,
  mv: move,
  nc,
  netcat: nc,
  nproc,
  nslookup,
  printf,
  printenv: env,
  pwd,
  rev,
  rm: remove,
  sed,
  seq,
  sh,
  sleep: sleepProgram,
  sort,
  tac,
  tail,
  tee,
  test,
  touch,
  tr,
  true: trueProgram,
  uniq,
  wc,
  wget,
  whoami,
};
