import {
  createRandom,
  generateP256Key,
  generateRsaKey,
  type Random,
  type SigningKey,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';

/** Chance for one run of openssl: the same line at the same place of the session gives the same key. */
export function chanceOf({ session, args }: Process): Random {
  const seed = session.cluster.options.seed ?? 1;
  return createRandom(seed).fork(
    `openssl ${session.nextId()} ${session.cluster.clock.now()} ${args.join(' ')}`,
  );
}

/** `rsa:2048`, or `ec` with its curve. A string is why not. */
export function makeKey(kind: string, options: readonly string[], random: () => number): SigningKey | string {
  const [algorithm = '', size] = kind.split(':', 2);
  if (algorithm === 'rsa') {
    const asked = options
      .find((each) => each.startsWith('rsa_keygen_bits:'))
      ?.slice('rsa_keygen_bits:'.length);
    const bits = Number(size ?? asked ?? 2048);
    if (!Number.isInteger(bits) || bits < 512 || bits % 2 === 1)
      return 'Private key length too short, it needs to be at least 512 bits.';
    if (bits > 4096) return `Making a key of ${bits} bits would take too long here.`;
    return { kind: 'rsa', ...generateRsaKey(bits, random) };
  }
  if (algorithm === 'ec') {
    const curve = options
      .find((each) => each.startsWith('ec_paramgen_curve:'))
      ?.slice('ec_paramgen_curve:'.length);
    if (curve === 'prime256v1' || curve === 'P-256' || curve === 'secp256r1')
      return { kind: 'ec', ...generateP256Key(random) };
    return curve === undefined
      ? 'No parameters set: -pkeyopt ec_paramgen_curve:prime256v1'
      : `The curve ${curve} is not simulated; prime256v1 is.`;
  }
  return `Unknown algorithm ${algorithm}`;
}
