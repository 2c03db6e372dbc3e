import type { Command } from '../process.ts';
import { tcpdumpCommand } from './tcpdump.ts';

/** Tools that look at a machine and its network. */
export const LINUX_TOOLS: readonly Command[] = [tcpdumpCommand];
