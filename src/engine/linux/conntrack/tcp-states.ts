/** A TCP connection as conntrack follows it. SYN_SENT2: both sides have sent a SYN. */
export type TcpState =
  | 'NONE'
  | 'SYN_SENT'
  | 'SYN_RECV'
  | 'ESTABLISHED'
  | 'FIN_WAIT'
  | 'CLOSE_WAIT'
  | 'LAST_ACK'
  | 'TIME_WAIT'
  | 'CLOSE'
  | 'SYN_SENT2';

/** How long conntrack remembers a connection in each state, in virtual ms (nf_conntrack_tcp_timeout_*). */
export const TCP_TIMEOUTS_MS: Readonly<Record<TcpState, number>> = {
  NONE: 120_000,
  SYN_SENT: 120_000,
  SYN_RECV: 60_000,
  ESTABLISHED: 432_000_000,
  FIN_WAIT: 120_000,
  CLOSE_WAIT: 60_000,
  LAST_ACK: 30_000,
  TIME_WAIT: 120_000,
  CLOSE: 10_000,
  SYN_SENT2: 120_000,
};

type Packet = 'syn' | 'synack' | 'fin' | 'ack' | 'rst' | 'none';

const COLUMNS: readonly TcpState[] = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];

const LETTERS: Readonly<Record<string, TcpState | 'INVALID' | 'IGNORE'>> = {
  SS: 'SYN_SENT',
  SR: 'SYN_RECV',
  ES: 'ESTABLISHED',
  FW: 'FIN_WAIT',
  CW: 'CLOSE_WAIT',
  LA: 'LAST_ACK',
  TW: 'TIME_WAIT',
  CL: 'CLOSE',
  S2: 'SYN_SENT2',
  IV: 'INVALID',
  IG: 'IGNORE',
};

/**
 * The next state, for each kind of packet and the state before it (net/netfilter/nf_conntrack_proto_tcp.c).
 * An ACK out of nowhere opens a connection in the middle, as the kernel does while nf_conntrack_tcp_loose is on.
 */
const NEXT: Readonly<Record<'original' | 'reply', Readonly<Record<Packet, string>>>> = {
  //                 NONE SS SR ES FW CW LA TW CL S2
  original: {
    syn: '           SS   SS IG IG IG IG IG SS SS S2',
    synack: '        IV   IV SR IV IV IV IV IV IV SR',
    fin: '           IV   IV FW FW LA LA LA TW CL IV',
    ack: '           ES   IV ES ES CW CW TW TW CL IV',
    rst: '           IV   CL CL CL CL CL CL CL CL CL',
    none: '          IV   IV IV IV IV IV IV IV IV IV',
  },
  reply: {
    syn: '           IV   S2 IV IV IV IV IV SS IV S2',
    synack: '        IV   SR IG IG IG IG IG IG IG SR',
    fin: '           IV   IV FW FW LA LA LA TW CL IV',
    ack: '           IV   IG SR ES CW CW TW TW CL IG',
    rst: '           IV   CL CL CL CL CL CL CL CL CL',
    none: '          IV   IV IV IV IV IV IV IV IV IV',
  },
};

function kindOf(flags: readonly string[]): Packet {
  if (flags.includes('RST')) return 'rst';
  if (flags.includes('SYN')) return flags.includes('ACK') ? 'synack' : 'syn';
  if (flags.includes('FIN')) return 'fin';
  return flags.includes('ACK') ? 'ack' : 'none';
}

/** `INVALID`: the packet does not belong to a connection in this state. `IGNORE`: it changes nothing. */
export function nextTcpState(
  state: TcpState,
  flags: readonly string[],
  direction: 'original' | 'reply',
): TcpState | 'INVALID' | 'IGNORE' {
  const row = NEXT[direction][kindOf(flags)].trim().split(/\s+/);
  return LETTERS[row[COLUMNS.indexOf(state)]!]!;
}
