import { spawnSync } from 'node:child_process';
import { TCP_TIMEOUTS_MS } from '../../src/engine/linux/conntrack/tcp-states.ts';
import {
  ICMP_TIMEOUT_MS,
  UDP_STREAM_TIMEOUT_MS,
  UDP_TIMEOUT_MS,
} from '../../src/engine/linux/conntrack/timeouts.ts';

/** What this kernel says of itself in a fresh namespace must be what the engine works with: conntrack's patience, in seconds. */
export function compareKernelFacts(prefix: string): {
  readonly compared: number;
  readonly differences: string[];
} {
  const expected: Readonly<Record<string, number>> = {
    udp_timeout: UDP_TIMEOUT_MS,
    udp_timeout_stream: UDP_STREAM_TIMEOUT_MS,
    icmp_timeout: ICMP_TIMEOUT_MS,
    ...Object.fromEntries(
      Object.entries(TCP_TIMEOUTS_MS)
        .filter(([state]) => state !== 'NONE' && state !== 'SYN_SENT2')
        .map(([state, ms]) => [`tcp_timeout_${state.toLowerCase()}`, ms]),
    ),
  };
  const netns = `${prefix}-facts`;
  const ip = (...words: string[]) => spawnSync('ip', words, { encoding: 'utf8' });
  ip('netns', 'add', netns);
  try {
    const differences = Object.entries(expected).flatMap(([name, ms]) => {
      const file = `/proc/sys/net/netfilter/nf_conntrack_${name}`;
      const really = ip('netns', 'exec', netns, 'cat', file).stdout.trim();
      return really === String(ms / 1000)
        ? []
        : [`${file}: the engine has ${ms / 1000}, the kernel ${really}`];
    });
    return { compared: Object.keys(expected).length, differences };
  } finally {
    ip('netns', 'del', netns);
  }
}
