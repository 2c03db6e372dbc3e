import type { Command } from '../process.ts';
import { FILE_COMMANDS } from './files.ts';
import { SIMPLE_COMMANDS } from './simple.ts';
import { TEXT_COMMANDS } from './text/index.ts';

export const BASICS: readonly Command[] = [...SIMPLE_COMMANDS, ...FILE_COMMANDS, ...TEXT_COMMANDS];
