import { describe, expect, test } from 'vitest';
import { nextTcpState, type TcpState } from './tcp-states.ts';

type Event = readonly [direction: 'original' | 'reply', flags: string, state: string];

const lives: Readonly<Record<string, readonly Event[]>> = {
  'a connection that ends well': [
    ['original', 'SYN', 'SYN_SENT'],
    ['reply', 'SYN,ACK', 'SYN_RECV'],
    ['original', 'ACK', 'ESTABLISHED'],
    ['original', 'PSH,ACK', 'ESTABLISHED'],
    ['reply', 'PSH,ACK', 'ESTABLISHED'],
    ['original', 'FIN,ACK', 'FIN_WAIT'],
    ['reply', 'FIN,ACK', 'LAST_ACK'],
    ['original', 'ACK', 'TIME_WAIT'],
  ],
  'a connection that is refused': [
    ['original', 'SYN', 'SYN_SENT'],
    ['reply', 'RST,ACK', 'CLOSE'],
  ],
  'a connection that conntrack first sees in the middle': [['original', 'ACK', 'ESTABLISHED']],
  'an answer to nothing': [['original', 'SYN,ACK', 'INVALID']],
  'a reset out of nowhere': [['original', 'RST', 'INVALID']],
};

describe('a TCP connection as conntrack sees it', () => {
  test.each(Object.entries(lives))('%s', (_name, events) => {
    let state: TcpState = 'NONE';
    for (const [direction, flags, expected] of events) {
      const next = nextTcpState(state, flags.split(','), direction);
      expect(next).toBe(expected);
      if (next !== 'INVALID' && next !== 'IGNORE') state = next;
    }
  });
});
