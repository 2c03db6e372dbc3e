import { VERIFY_ERRORS, verifyChain } from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { instantOf } from '../tls/handshake.ts';
import { opensslName } from '../tls/names.ts';
import { trustedAuthorities } from '../tls/trust.ts';
import { readArguments } from './arguments.ts';
import { certificateFrom } from './files.ts';

/** `openssl verify [-CAfile FILE] [-untrusted FILE] FILE…` */
export async function verify(process: Process): Promise<number> {
  const parsed = readArguments('verify', process.args.slice(1), {
    flags: ['partial_chain', 'verbose', 'show_chain'],
    values: ['CAfile', 'untrusted', 'trusted', 'purpose'],
  });
  if (!parsed.ok) {
    process.stderr.write(parsed.message);
    return 1;
  }
  const { arguments: options } = parsed;
  const file = options.text('CAfile') ?? options.text('trusted');
  const trusted = trustedAuthorities(process, file);
  if (!trusted) {
    process.stderr.write(`Error loading file ${file}\n`);
    return 1;
  }
  const untrusted = options.text('untrusted');
  const between = untrusted === undefined ? [] : (trustedAuthorities(process, untrusted) ?? []);
  let status = 0;
  for (const name of options.rest.length > 0 ? options.rest : [undefined]) {
    const certificate = await certificateFrom(process, name);
    if (!certificate) return 2;
    const { chain, errors } = verifyChain({
      sent: [certificate, ...between],
      trusted,
      now: instantOf(process),
      partialChain: options.has('partial_chain'),
    });
    const [first] = errors;
    if (first) {
      const at = chain[first.depth] ?? certificate;
      process.stderr.write(
        `${opensslName(at.subject)}\nerror ${first.code} at ${first.depth} depth lookup: ${VERIFY_ERRORS[first.code]}\nerror ${name ?? 'stdin'}: verification failed\n`,
      );
      status = 2;
    } else process.stdout.write(`${name ?? 'stdin'}: OK\n`);
  }
  return status;
}
