import { describe, expect, test } from 'vitest';
import { type IpSet, restoreSets } from './ipset.ts';
import type { Packet } from './packet.ts';

function packet(source: string, destinationPort: number, protocol: 'tcp' | 'udp' = 'tcp'): Packet {
  const transport =
    protocol === 'tcp'
      ? ({ protocol, sourcePort: 40_000, destinationPort, flags: ['SYN'] } as const)
      : ({ protocol, sourcePort: 40_000, destinationPort } as const);
  return { ip: { source, destination: '10.9.9.9', ttl: 64 }, transport };
}

function restored(text: string): Map<string, IpSet> {
  const sets = new Map<string, IpSet>();
  const result = restoreSets(sets, text);
  if (!result.ok) throw new Error(result.error.message);
  return sets;
}

describe('an ipset', () => {
  test('of networks answers by the most specific of them', () => {
    const set = restored(
      'create n hash:net\nadd n 10.0.0.0/8\nadd n 10.1.0.0/16 nomatch\nadd n 10.1.2.0/24\n',
    ).get('n')!;
    const holds = (source: string) => set.holds(packet(source, 80), ['src']);
    expect([holds('10.2.0.1'), holds('10.1.0.1'), holds('10.1.2.1'), holds('11.0.0.1')]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  test('of ports keeps a range as its ports, and tells protocols apart', () => {
    const set = restored('create p hash:ip,port\nadd p 10.0.0.1,udp:80-82\nadd p 10.0.0.1,443\n').get('p')!;
    expect([...set.entries]).toEqual([
      '10.0.0.1,udp:80',
      '10.0.0.1,udp:81',
      '10.0.0.1,udp:82',
      '10.0.0.1,tcp:443',
    ]);
    expect(set.holds(packet('10.0.0.1', 81, 'udp'), ['src', 'dst'])).toBe(true);
    expect(set.holds(packet('10.0.0.1', 81, 'tcp'), ['src', 'dst'])).toBe(false);
  });

  test.each([
    ['add p 10.0.0.1', 'a part too few'],
    ['add p 10.0.0.1,tcp:80-79', 'a range upside down'],
    ['add p 10.0.0.1,tcp:70000', 'no port'],
    ['add p 0.0.0.0/0,tcp:80', 'all addresses at once'],
    ['add p 10.0.0.1,tcp:80 nomatch', 'nomatch in a set without networks'],
    ['add p 10.0.0.1,tcp:80\nadd p 10.0.0.1,80', 'what is there'],
    ['del p 10.0.0.1,tcp:80', 'what is not there'],
    ['add q 10.0.0.1,tcp:80', 'a set that is not there'],
    ['create r bitmap:port', 'a type that is not known'],
  ])('refuses %j (%s) with its line, and changes nothing', (line) => {
    const sets = new Map<string, IpSet>();
    const result = restoreSets(sets, `create p hash:ip,port\n${line}\n`);
    expect(result).toMatchObject({ ok: false, error: { line: 1 + line.split('\n').length } });
    expect(sets.size).toBe(0);
  });
});
