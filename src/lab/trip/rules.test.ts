import { describe, expect, test } from 'vitest';
import type { RuleReference, RuleVisit, Step } from '../../engine/index.ts';
import { drawsOf, piecesOf } from './rules.ts';

const SHARES = 'numgen random mod 3 vmap { 0 : goto endpoint-a , 1 : goto endpoint-b , 2 : goto endpoint-c }';
const rule: RuleReference = {
  table: 'ip kube-proxy',
  chain: 'service-x',
  number: 2,
  text: `add rule ip kube-proxy service-x ${SHARES}`,
  element: '1 : goto endpoint-b',
};

function step(visit: RuleVisit): Extract<Step, { kind: 'table' }> {
  const [markBefore, markAfter] = [0, 0];
  const packet = {
    ip: { source: '100.96.1.2', destination: '100.64.0.1', ttl: 64 },
    transport: { protocol: 'udp', sourcePort: 1, destinationPort: 2 },
  } as const;
  return {
    kind: 'table',
    table: 'ip kube-proxy',
    hook: 'PREROUTING',
    visited: [visit],
    verdict: 'ACCEPT',
    markBefore,
    markAfter,
    packet,
  };
}

describe('a rule of nftables on a card', () => {
  test('that draws once for all endpoints shows which of them it was', () => {
    const draw = { number: 0.5, probability: 1 / 3 };
    const draws = drawsOf(step({ rule, matched: true, verdict: 'goto endpoint-b', draw, depth: 1 }));
    expect(draws.map(({ number, of, result }) => `${number} of ${of} ${result}`)).toEqual([
      '1 of 3 passed',
      '2 of 3 taken',
      '3 of 3 unseen',
    ]);
  });

  test('says what it does and the element that it found, not its chain again', () => {
    const lookUp: RuleReference = {
      ...rule,
      chain: 'services',
      text: 'add rule ip kube-proxy services ip daddr . meta l4proto . th dport vmap @service-ips',
      element: 'add element ip kube-proxy service-ips { 100.64.0.1 . tcp . 80 : goto service-x }',
    };
    const pieces = piecesOf(lookUp);
    expect(pieces.map(({ text }) => text).join(' ')).toBe(
      'ip daddr . meta l4proto . th dport vmap @service-ips { 100.64.0.1 . tcp . 80 : goto service-x }',
    );
    expect(pieces.filter(({ strong }) => strong).map(({ text }) => text)).toEqual([
      'vmap @service-ips',
      '{ 100.64.0.1 . tcp . 80 : goto service-x }',
    ]);
  });
});
