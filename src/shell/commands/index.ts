import type { Command } from '../process.ts';
import { BASICS } from './basics.ts';
import { brctlCommand, bridgeCommand } from './bridge.ts';
import { conntrackCommand } from './conntrack.ts';
import { curlCommand } from './curl.ts';
import { digCommand } from './dig.ts';
import { getentCommand } from './getent.ts';
import { helpCommand } from './help.ts';
import { hostCommand } from './host.ts';
import { ipCommand } from './ip.ts';
import { iptablesSaveCommand } from './iptables/save.ts';
import { iptablesCommand } from './iptables.ts';
import { kubectlCommand } from './kubectl/index.ts';
import { LINUX_TOOLS } from './linux-tools.ts';
import { ncCommand } from './nc.ts';
import { nslookupCommand } from './nslookup.ts';
import { opensslCommand } from './openssl.ts';
import { pingCommand } from './ping.ts';
import { shCommand } from './sh.ts';
import { netstatCommand, ssCommand } from './ss.ts';
import { sshCommand } from './ssh.ts';
import { sudoCommand } from './sudo.ts';
import { sysctlCommand } from './sysctl.ts';
import { traceCommand } from './trace.ts';
import { tracerouteCommand } from './traceroute.ts';
import { watchCommand } from './watch.ts';
import { wgetCommand } from './wget.ts';

/** Every command that the shell knows, in the order of `help`. */
export const COMMANDS: readonly Command[] = [
  kubectlCommand,
  curlCommand,
  wgetCommand,
  opensslCommand,
  pingCommand,
  ncCommand,
  nslookupCommand,
  digCommand,
  hostCommand,
  getentCommand,
  traceCommand,
  tracerouteCommand,
  ipCommand,
  bridgeCommand,
  brctlCommand,
  ssCommand,
  netstatCommand,
  iptablesCommand,
  iptablesSaveCommand,
  conntrackCommand,
  ...LINUX_TOOLS,
  sshCommand,
  sudoCommand,
  sysctlCommand,
  shCommand,
  watchCommand,
  helpCommand,
  ...BASICS,
];
