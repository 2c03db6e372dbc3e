import type { Command } from '../process.ts';
import { busyboxCommand } from './busybox-command.ts';
import { crictlCommand } from './crictl.ts';
import { ethtoolCommand } from './ethtool.ts';
import { ipsetCommand } from './ipset.ts';
import { jqCommand } from './jq.ts';
import { nftCommand } from './nft.ts';
import { nsenterCommand } from './nsenter.ts';
import { psCommand } from './ps.ts';
import { arpCommand, routeCommand } from './route.ts';
import { systemctlCommand } from './systemctl.ts';
import { tcpdumpCommand } from './tcpdump.ts';
import { base64Command, basenameCommand, dirnameCommand, tacCommand, timeoutCommand } from './text/encode.ts';
import { mtrCommand, tracepathCommand } from './trace-path.ts';

/** Tools that look at a machine and its network, and small ones beside them. */
export const LINUX_TOOLS: readonly Command[] = [
  tcpdumpCommand,
  nftCommand,
  ipsetCommand,
  routeCommand,
  arpCommand,
  tracepathCommand,
  mtrCommand,
  ethtoolCommand,
  crictlCommand,
  nsenterCommand,
  systemctlCommand,
  psCommand,
  jqCommand,
  base64Command,
  basenameCommand,
  dirnameCommand,
  tacCommand,
  timeoutCommand,
  busyboxCommand,
];
