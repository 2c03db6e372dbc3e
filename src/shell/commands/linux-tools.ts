import type { Command } from '../process.ts';
import { busyboxCommand } from './busybox-command.ts';
import { ipsetCommand } from './ipset.ts';
import { jqCommand } from './jq.ts';
import { nftCommand } from './nft.ts';
import { arpCommand, routeCommand } from './route.ts';
import { tcpdumpCommand } from './tcpdump.ts';
import { mtrCommand, tracepathCommand } from './trace-path.ts';

/** Tools that look at a machine and its network. */
export const LINUX_TOOLS: readonly Command[] = [
  tcpdumpCommand,
  nftCommand,
  ipsetCommand,
  routeCommand,
  arpCommand,
  tracepathCommand,
  mtrCommand,
  jqCommand,
  busyboxCommand,
];
