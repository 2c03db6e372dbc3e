import type { MatchBuilder } from './match.ts';
import { addrtype } from './matches/addrtype.ts';
import { comment } from './matches/comment.ts';
import { conntrack, state } from './matches/conntrack.ts';
import { icmp } from './matches/icmp.ts';
import { mark } from './matches/mark.ts';
import { multiport } from './matches/multiport.ts';
import { physdev } from './matches/physdev.ts';
import { recent } from './matches/recent.ts';
import { set } from './matches/set.ts';
import { statistic } from './matches/statistic.ts';
import { transport } from './matches/transport.ts';

/** Every match that is understood, by the name after `-m`. */
export const MATCHES: Readonly<Record<string, () => MatchBuilder>> = {
  addrtype,
  comment,
  conntrack,
  icmp,
  mark,
  multiport,
  physdev,
  recent,
  set,
  state,
  statistic,
  sctp: () => transport('sctp'),
  tcp: () => transport('tcp'),
  udp: () => transport('udp'),
};
