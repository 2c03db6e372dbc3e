import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Packet } from '../packet.ts';
import { indexChain } from './chain-index.ts';
import { createRuleCache } from './commands.ts';
import { restore } from './restore.ts';
import { createRuleset, type Ruleset } from './ruleset.ts';
import { type WalkContext, walkTable } from './walk.ts';

function load(...lines: string[]): Ruleset {
  const ruleset = createRuleset();
  const result = restore(
    ruleset,
    `*filter\n${lines.join('\n')}\nCOMMIT\n`,
    {},
    { cache: createRuleCache(), setExists: () => true },
  );
  if (!result.ok) throw new Error(result.error.message);
  return ruleset;
}

const packet = (destination: string, destinationPort = 80, source = '10.0.0.5'): Packet => ({
  ip: { source, destination, ttl: 64 },
  transport: { protocol: 'tcp', sourcePort: 40000, destinationPort, flags: ['SYN'] },
});

function walk(ruleset: Ruleset, of: Packet, draws: number[] = []) {
  const context: WalkContext = {
    packet: of,
    mark: 0,
    inDevice: 'eth0',
    outDevice: undefined,
    physicalIn: undefined,
    physicalOut: undefined,
    isBridged: false,
    connection: undefined,
    addressType: () => 'UNICAST',
    now: 0,
    draw: (probability) => {
      const number = draws.shift() ?? 0;
      return { number, applies: number < probability };
    },
    recent: { find: () => [], update: () => undefined, reap: () => undefined },
    inSet: () => false,
  };
  return walkTable(ruleset.table('filter')!, 'INPUT', context);
}

const path = (result: ReturnType<typeof walk>) =>
  result.visited.filter(({ matched }) => matched).map(({ rule }) => `${rule.chain} ${rule.number}`);

describe('a walk through a table', () => {
  const nested = [':A - [0:0]', ':B - [0:0]'];

  test('goes into a chain, back at its end, and on', () => {
    const result = walk(
      load(...nested, '-A INPUT -j A', '-A INPUT -j DROP', '-A A -j B', '-A B -j MARK --set-mark 1'),
      packet('10.0.0.1'),
    );
    expect(path(result)).toEqual(['INPUT 1', 'A 1', 'B 1', 'INPUT 2']);
    expect(result).toMatchObject({ verdict: 'DROP', mark: 1 });
  });

  test('RETURN leaves the chain; in a built-in chain it means the policy', () => {
    const result = walk(
      load(
        ':INPUT DROP [0:0]',
        ...nested,
        '-A INPUT -j A',
        '-A INPUT -j RETURN',
        '-A INPUT -j ACCEPT',
        '-A A -j RETURN',
        '-A A -j ACCEPT',
      ),
      packet('10.0.0.1'),
    );
    expect(path(result)).toEqual(['INPUT 1', 'A 1', 'INPUT 2', 'INPUT 0']);
    expect(result.verdict).toBe('DROP');
    expect(result.rule?.text).toBe('-P INPUT DROP');
  });

  test('goto does not come back to the chain that it left', () => {
    const result = walk(
      load(
        ...nested,
        '-A INPUT -j A',
        '-A INPUT -j DROP',
        '-A A -g B',
        '-A A -j ACCEPT',
        '-A B -j MARK --set-mark 1',
      ),
      packet('10.0.0.1'),
    );
    expect(path(result)).toEqual(['INPUT 1', 'A 1', 'B 1', 'INPUT 2']);
    const fromBuiltIn = walk(
      load(
        ':INPUT DROP [0:0]',
        ...nested,
        '-A INPUT -g A',
        '-A INPUT -j ACCEPT',
        '-A A -j MARK --set-mark 1',
      ),
      packet('10.0.0.1'),
    );
    expect(path(fromBuiltIn)).toEqual(['INPUT 1', 'A 1', 'INPUT 0']);
    expect(fromBuiltIn.verdict).toBe('DROP');
  });

  test('rules that do not match are counted, one visit for a run of them', () => {
    const rules = Array.from({ length: 9 }, (_, place) => `-A INPUT -s 192.0.2.${place} -j DROP`);
    const { visited } = walk(load(...rules, '-A INPUT -j ACCEPT'), packet('10.0.0.1'));
    expect(visited).toMatchObject([
      { matched: false, count: 9, rule: { number: 9 } },
      { matched: true, rule: { number: 10 } },
    ]);
  });

  test('a statistic rule shows the number drawn, whether it applied or not', () => {
    const rules = load('-A INPUT -m statistic --mode random --probability 0.5 -j DROP', '-A INPUT -j ACCEPT');
    expect(walk(rules, packet('10.0.0.1'), [0.7]).visited[0]).toMatchObject({
      matched: false,
      draw: { number: 0.7, probability: 0.5 },
    });
    expect(walk(rules, packet('10.0.0.1'), [0.2]).visited[0]).toMatchObject({
      matched: true,
      draw: { number: 0.2 },
      verdict: 'DROP',
    });
  });

  test('a long chain is not walked rule by rule, and says what a walk would have said', () => {
    const rule = fc.record({
      address: fc.constantFrom('', '-d 10.1.0.1 ', '-d 10.1.0.2 ', '-d 10.1.0.0/24 ', '! -d 10.1.0.1 '),
      port: fc.constantFrom(
        '',
        '-p tcp --dport 80 ',
        '-p tcp --dport 81 ',
        '-p udp --dport 80 ',
        '-p tcp ! --dport 80 ',
        '-p tcp --dport 80:81 ',
      ),
      target: fc.constantFrom('-j MARK --xor-mark 1', '-j MARK --or-mark 2', '', '-j RETURN', '-j DROP'),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 16, maxLength: 60 }),
        fc.constantFrom('10.1.0.1', '10.1.0.2', '10.1.0.3', '10.2.0.1'),
        fc.constantFrom(80, 81, 82),
        (rules, destination, port) => {
          const lines = rules.map(
            ({ address, port: ports, target }) => `-A INPUT ${address}${ports}${target}`,
          );
          const indexed = load(...lines);
          const linear = load(...lines);
          const chain = linear.table('filter')!.chains.get('INPUT')!;
          chain.index = { candidates: () => chain.rules.map((_, place) => place) };
          const of = packet(destination, port);
          expect(walk(indexed, of)).toEqual({ ...walk(linear, of), met: expect.anything() });
        },
      ),
    );
  });

  test('the index of five thousand Services names only the rules of the one that is asked for', () => {
    const address = (place: number) => `100.64.${place >> 8}.${place & 255}`;
    const ruleset = load(
      ...Array.from(
        { length: 5000 },
        (_, place) => `-A INPUT -d ${address(place)} -p tcp --dport 80 -j ACCEPT`,
      ),
      '-A INPUT -j DROP',
    );
    const index = indexChain(ruleset.table('filter')!.chains.get('INPUT')!.rules)!;
    expect(index.candidates(packet(address(4321)))).toEqual([4321, 5000]);
    expect(walk(ruleset, packet(address(4321))).visited).toMatchObject([
      { count: 4321, rule: { number: 4321 } },
      { rule: { number: 4322 } },
    ]);
  });
});
