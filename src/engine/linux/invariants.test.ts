import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTrace } from './check-trace.ts';
import type { Packet } from './packet.ts';
import { createTwoNodes, loadRules, printTrace } from './testing.ts';

const ADDRESSES = [
  '10.244.1.2',
  '10.244.1.3',
  '10.244.2.2',
  '10.244.2.99',
  '10.0.0.11',
  '10.0.0.12',
  '10.0.0.1',
  '10.244.1.1',
  '127.0.0.1',
  '10.96.0.10',
  '10.96.0.11',
  '192.0.2.1',
];
const address = fc.constantFrom(...ADDRESSES);
const target = fc.oneof(
  fc.tuple(address, fc.constantFrom('', ':8080')).map(([to, port]) => ({
    table: 'nat',
    chain: 'PREROUTING',
    text: `-p tcp -j DNAT --to-destination ${to}${port}`,
  })),
  fc.tuple(address, fc.constantFrom('', ':8080')).map(([to, port]) => ({
    table: 'nat',
    chain: 'OUTPUT',
    text: `-p tcp -j DNAT --to-destination ${to}${port}`,
  })),
  fc
    .constantFrom('-j MASQUERADE', '-j MASQUERADE --random-fully', '-j SNAT --to-source 10.0.0.1')
    .map((text) => ({ table: 'nat', chain: 'POSTROUTING', text })),
  fc
    .tuple(
      fc.constantFrom('INPUT', 'FORWARD', 'OUTPUT'),
      fc.constantFrom(
        '-j REJECT',
        '-j DROP',
        '-j ACCEPT',
        '-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
        '-m conntrack --ctstate INVALID -j DROP',
      ),
    )
    .map(([chain, text]) => ({ table: 'filter', chain, text })),
  fc
    .constantFrom('-j MARK --set-mark 1', '-m statistic --mode random --probability 0.5 -j MARK --set-mark 2')
    .map((text) => ({ table: 'mangle', chain: 'PREROUTING', text })),
);
const rule = fc.tuple(
  target,
  fc.constantFrom('', ...ADDRESSES.map((one) => `-d ${one} `), '-s 10.244.0.0/16 ', '! -s 10.244.0.0/16 '),
);
const rules = fc
  .array(rule, { maxLength: 12 })
  .map((list) =>
    ['nat', 'filter', 'mangle']
      .map((table) =>
        [
          `*${table}`,
          ...list
            .filter(([one]) => one.table === table)
            .map(([one, match]) => `-A ${one.chain} ${match}${one.text}`),
          'COMMIT',
          '',
        ].join('\n'),
      )
      .join(''),
  );
const settings = fc.record({
  hairpin: fc.boolean(),
  bridgeNf: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});
const probe = fc.record({
  netns: fc.constantFrom('a', 'b', 'c', 'node-1', 'node-2', 'gateway'),
  destination: address,
  port: fc.constantFrom(80, 8080),
  protocol: fc.constantFrom('tcp' as const, 'udp' as const, 'icmp' as const),
});

describe('whatever the rules and wherever a packet goes', () => {
  test('every packet of every exchange keeps the invariants, and every exchange ends', () => {
    fc.assert(
      fc.property(
        settings,
        rules,
        rules,
        fc.array(probe, { minLength: 1, maxLength: 5 }),
        (options, one, other, probes) => {
          const network = createTwoNodes(options);
          loadRules(network, 'node-1', one);
          loadRules(network, 'node-2', other);
          for (const { netns, destination, port, protocol } of probes) {
            const exchange = network.ask({
              netns,
              protocol,
              destination: { address: destination, port },
              timeoutMs: 4_000,
            });
            expect(exchange.elapsedMs).toBeLessThanOrEqual(8_000);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('the probabilities of all that can happen add up to 1, and each of them keeps the invariants', () => {
    fc.assert(
      fc.property(settings, rules, address, (options, text, destination) => {
        const network = createTwoNodes(options);
        loadRules(network, 'node-1', text);
        const syn: Packet = {
          ip: { source: '10.244.1.3', destination, ttl: 64 },
          transport: { protocol: 'tcp', sourcePort: 40_000, destinationPort: 80, flags: ['SYN'] },
        };
        const outcomes = network.traceAll('b', syn);
        expect(outcomes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1);
        for (const { trace } of outcomes) expect(checkTrace(trace), printTrace(trace)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
