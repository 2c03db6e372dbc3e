import { describe, expect, test } from 'vitest';
import { createHostLocal } from './host-local.ts';

const pool = (subnet: string) => createHostLocal({ type: 'host-local', ranges: [[{ subnet }]] });
const take = (from: ReturnType<typeof pool>, id: string) => {
  const given = from.allocate(id);
  return given.ok ? given.lease.address : given.message;
};

describe('host-local', () => {
  test('gives .2 to the first pod: .0 is the network and .1 the gateway', () => {
    const given = pool('100.96.1.0/24').allocate('one');
    expect(given).toEqual({
      ok: true,
      lease: { address: '100.96.1.2', prefixLength: 24, gateway: '100.96.1.1' },
    });
  });

  test('goes round: an address that was freed is not given again at once', () => {
    const from = pool('100.96.1.0/29');
    expect(['a', 'b'].map((id) => take(from, id))).toEqual(['100.96.1.2', '100.96.1.3']);
    from.release('a');
    expect(['c', 'd', 'e'].map((id) => take(from, id))).toEqual(['100.96.1.4', '100.96.1.5', '100.96.1.6']);
    expect(take(from, 'f')).toBe('100.96.1.2');
  });

  test('says so when none is left', () => {
    const from = pool('100.96.1.0/30');
    expect(take(from, 'a')).toBe('100.96.1.2');
    expect(take(from, 'b')).toBe(
      'failed to allocate for range 0: no IP addresses available in range set: 100.96.1.1-100.96.1.2',
    );
  });
});
