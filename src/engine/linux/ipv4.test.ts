import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, formatPrefix, parseIpv4, parsePrefix, prefixContains } from './ipv4.ts';

describe('IPv4 addresses', () => {
  test('every number is read back as it is written', () => {
    fc.assert(fc.property(fc.nat(0xffffffff), (value) => parseIpv4(formatIpv4(value)) === value));
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.0.0.1',
    '1..2.3',
    '1.2.3.4/24',
    ' 1.2.3.4',
    '1.2.3.0004',
    'a.b.c.d',
  ])('%j is none', (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  });

  test.each([
    ['10.0.0.5/24', '10.0.0.0/24'],
    ['10.0.0.5', '10.0.0.5/32'],
    ['10.0.0.5/255.255.0.0', '10.0.0.0/16'],
    ['200.1.2.3/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
  ])('%s is the network %s', (text, network) => {
    expect(formatPrefix(parsePrefix(text)!)).toBe(network);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/255.0.255.0', '10.0.0/8', '10.0.0.0/'])('%s is no network', (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });

  test('a network holds the addresses that share its first bits, and no others', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.integer({ min: 0, max: 32 }),
        (base, address, length) => {
          const prefix = parsePrefix(`${formatIpv4(base)}/${length}`)!;
          const bits = (value: number) => value.toString(2).padStart(32, '0').slice(0, length);
          return prefixContains(prefix, address) === (bits(base) === bits(address));
        },
      ),
    );
  });
});
