import { publicKeyOf, writePem, writePrivateKey } from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { readArguments } from './arguments.ts';
import { keyFrom, output } from './files.ts';
import { chanceOf, makeKey } from './keys.ts';

/** `openssl genrsa [-out FILE] [BITS]`, and `openssl genpkey -algorithm RSA|EC`. */
export function generate(process: Process): number {
  const parsed = readArguments(process.args[0]!, process.args.slice(1), {
    flags: ['traditional'],
    values: ['out', 'algorithm', 'pkeyopt', 'f4'],
  });
  if (!parsed.ok) {
    process.stderr.write(parsed.message);
    return 1;
  }
  const { arguments: options } = parsed;
  const kind =
    process.args[0] === 'genrsa'
      ? `rsa:${options.rest[0] ?? 2048}`
      : (options.text('algorithm') ?? '').toLowerCase();
  const key = makeKey(kind, options.list('pkeyopt'), chanceOf(process).next);
  if (typeof key === 'string') {
    process.stderr.write(`${key}\n`);
    return 1;
  }
  return output(process, options.text('out'), writePem('PRIVATE KEY', writePrivateKey(key))) ? 0 : 1;
}

/** `openssl pkey` and `openssl rsa`: reads a key, shows its public half or modulus. */
export async function pkey(process: Process): Promise<number> {
  const program = process.args[0]!;
  const parsed = readArguments(program, process.args.slice(1), {
    flags: ['noout', 'pubout', 'modulus', 'check'],
    values: ['in', 'out'],
  });
  if (!parsed.ok) {
    process.stderr.write(parsed.message);
    return 1;
  }
  const { arguments: options } = parsed;
  const key = await keyFrom(process, options.text('in'));
  if (!key) return 1;
  if (options.has('modulus'))
    process.stdout.write(
      key.kind === 'rsa' ? `Modulus=${key.modulus.toString(16).toUpperCase()}\n` : 'Modulus=No modulus\n',
    );
  if (options.has('check')) process.stdout.write(program === 'rsa' ? 'RSA key ok\n' : 'Key is valid\n');
  if (options.has('noout')) return 0;
  if (key.kind === 'other') {
    process.stderr.write('openssl: only RSA and P-256 keys are written here\n');
    return 1;
  }
  if (program === 'rsa') process.stderr.write('writing RSA key\n');
  const text = options.has('pubout')
    ? writePem('PUBLIC KEY', publicKeyOf(key)!.der)
    : writePem('PRIVATE KEY', writePrivateKey(key));
  return output(process, options.text('out'), text) ? 0 : 1;
}
