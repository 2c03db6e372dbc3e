import {
  type Certificate,
  type PrivateKey,
  readCertificates,
  readPem,
  readPrivateKey,
  type SigningKey,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { readAll } from '../../streams.ts';

/** A file's or the standard input's text; undefined: it cannot be read. */
export async function inputText(process: Process, file: string | undefined): Promise<string | undefined> {
  if (file !== undefined && file !== '-') return process.files.read(file);
  return process.stdinIsTerminal ? '' : readAll(process.stdin);
}

/** The first certificate of a file; says what OpenSSL says when there is none. */
export async function certificateFrom(
  process: Process,
  file: string | undefined,
  what = 'certificate',
): Promise<Certificate | undefined> {
  const text = await inputText(process, file);
  const [first] = text === undefined ? [] : readCertificates(text);
  if (first) return first;
  process.stderr.write(
    text === undefined
      ? `Could not open file or uri for loading ${what} from ${file}\n${missingFile(file!)}Unable to load certificate\n`
      : `Could not read ${what} from ${file ?? '<stdin>'}\nUnable to load certificate\n`,
  );
  return undefined;
}

export async function keyFrom(process: Process, file: string | undefined): Promise<PrivateKey | undefined> {
  const text = await inputText(process, file);
  const key =
    text === undefined ? undefined : readPem(text).flatMap((block) => readPrivateKey(block) ?? [])[0];
  if (key) return key;
  process.stderr.write(
    text === undefined
      ? `Could not open file or uri for loading private key from ${file}\n${missingFile(file!)}`
      : `Could not read private key from ${file ?? '<stdin>'}\n`,
  );
  return undefined;
}

/** A key that signs: one of a curve that is not simulated does not. */
export async function signingKeyFrom(
  process: Process,
  file: string | undefined,
): Promise<SigningKey | undefined> {
  const key = await keyFrom(process, file);
  if (key?.kind !== 'other') return key;
  process.stderr.write('openssl: only RSA and P-256 keys sign here\n');
  return undefined;
}

/** Writes to a file or to standard output; answers whether it could. */
export function output(process: Process, file: string | undefined, text: string): boolean {
  if (file === undefined || file === '-') {
    process.stdout.write(text);
    return true;
  }
  const problem = process.files.write(file, text);
  if (problem) process.stderr.write(`Can't open "${file}" for writing, ${problem}\n`);
  return problem === undefined;
}

function missingFile(file: string): string {
  return `40E7A1F2D87F0000:error:80000002:system library:file_open:No such file or directory:../providers/implementations/storemgmt/file_store.c:266:calling stat(${file})\n`;
}
