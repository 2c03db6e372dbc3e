import { type Certificate, readCertificates } from '../../../engine/index.ts';
import type { Process } from '../../process.ts';

/** Where Debian, Alpine and their programs keep the authorities that everybody trusts. */
export const SYSTEM_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** The authorities of a file, or the machine's own; undefined: no such file, or none in it. */
export function trustedAuthorities(process: Process, file?: string): readonly Certificate[] | undefined {
  if (file === undefined) return readCertificates(process.machine.context.readFile(SYSTEM_AUTHORITIES) ?? '');
  const text = process.files.read(file);
  const certificates = text === undefined ? [] : readCertificates(text);
  return certificates.length > 0 ? certificates : undefined;
}
