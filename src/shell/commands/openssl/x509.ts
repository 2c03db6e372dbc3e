import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  type Certificate,
  drawSerialNumber,
  type Extension,
  hexOf,
  isFor,
  isPair,
  issueCertificate,
  keyIdentifiers,
  OID,
  readPem,
  readRequest,
  writePem,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { instantOf } from '../tls/handshake.ts';
import { opensslDate, opensslName } from '../tls/names.ts';
import { type OpensslArguments, readArguments } from './arguments.ts';
import { readExtensionFile } from './extension-words.ts';
import { certificateFrom, inputText, output, signingKeyFrom } from './files.ts';
import { chanceOf } from './keys.ts';
import { DAY_MS } from './req.ts';
import { certificateText, colons, extensionLines, lines } from './text.ts';

const SHOWN = [
  'text',
  'subject',
  'issuer',
  'dates',
  'startdate',
  'enddate',
  'serial',
  'fingerprint',
  'pubkey',
  'modulus',
  'ext',
  'checkhost',
  'checkip',
  'checkend',
] as const;

const EXTENSION_NAMES: Readonly<Record<string, string>> = {
  subjectAltName: OID.subjectAltName,
  basicConstraints: OID.basicConstraints,
  keyUsage: OID.keyUsage,
  extendedKeyUsage: OID.extendedKeyUsage,
  subjectKeyIdentifier: OID.subjectKeyIdentifier,
  authorityKeyIdentifier: OID.authorityKeyIdentifier,
};

/** `openssl x509`: shows a certificate, or signs a request (-req). */
export async function x509(process: Process): Promise<number> {
  const parsed = readArguments('x509', process.args.slice(1), {
    flags: [
      'noout',
      'text',
      'subject',
      'issuer',
      'dates',
      'startdate',
      'enddate',
      'serial',
      'fingerprint',
      'pubkey',
      'modulus',
      'req',
      'CAcreateserial',
      'sha256',
      'sha1',
    ],
    values: [
      'in',
      'out',
      'ext',
      'checkhost',
      'checkip',
      'checkend',
      'CA',
      'CAkey',
      'CAserial',
      'days',
      'copy_extensions',
      'extfile',
      'extensions',
      'signkey',
      'key',
      'set_serial',
      'nameopt',
      'inform',
      'outform',
    ],
  });
  if (!parsed.ok) {
    process.stderr.write(parsed.message);
    return 1;
  }
  const options = parsed.arguments;
  if (options.has('req')) return signRequest(process, options);
  const certificate = await certificateFrom(process, options.text('in'));
  if (!certificate) return 1;
  let status = 0;
  for (const shown of options.order) {
    if (!SHOWN.includes(shown as (typeof SHOWN)[number])) continue;
    const text = show(process, certificate, shown as (typeof SHOWN)[number], options);
    if (shown === 'checkend' && text.startsWith('Certificate will expire')) status = 1;
    process.stdout.write(text);
  }
  if (
    !options.has('noout') &&
    !output(process, options.text('out'), writePem('CERTIFICATE', certificate.der))
  )
    return 1;
  return status;
}

function show(
  process: Process,
  certificate: Certificate,
  what: (typeof SHOWN)[number],
  options: OpensslArguments,
): string {
  const { publicKey } = certificate;
  const start = `notBefore=${opensslDate(certificate.notBefore)}\n`;
  const end = `notAfter=${opensslDate(certificate.notAfter)}\n`;
  switch (what) {
    case 'text':
      return certificateText(certificate);
    case 'subject':
      return `subject=${opensslName(certificate.subject)}\n`;
    case 'issuer':
      return `issuer=${opensslName(certificate.issuer)}\n`;
    case 'dates':
      return start + end;
    case 'startdate':
      return start;
    case 'enddate':
      return end;
    case 'serial':
      return `serial=${certificate.serialNumber.toUpperCase()}\n`;
    case 'fingerprint':
      return options.has('sha256')
        ? `sha256 Fingerprint=${colons(hexOf(sha256(certificate.der)))}\n`
        : `SHA1 Fingerprint=${colons(hexOf(sha1(certificate.der)))}\n`;
    case 'pubkey':
      return writePem('PUBLIC KEY', publicKey.der);
    case 'modulus':
      return `Modulus=${publicKey.kind === 'rsa' ? publicKey.modulus.toString(16).toUpperCase() : 'Wrong Algorithm type'}\n`;
    case 'ext':
      return extensionsText(certificate.extensions, options.text('ext') ?? '');
    case 'checkhost': {
      const host = options.text('checkhost')!;
      return `Hostname ${host} does${isFor(certificate, host) ? '' : ' NOT'} match certificate\n`;
    }
    case 'checkip': {
      const address = options.text('checkip')!;
      return `IP ${address} does${certificate.addresses.includes(address) ? '' : ' NOT'} match certificate\n`;
    }
    case 'checkend': {
      const at = instantOf(process) + Number(options.text('checkend')) * 1000;
      return at > certificate.notAfter ? 'Certificate will expire\n' : 'Certificate will not expire\n';
    }
  }
}

function extensionsText(extensions: readonly Extension[], names: string): string {
  const wanted = names.split(',').map((name) => EXTENSION_NAMES[name.trim()] ?? name.trim());
  const found = extensions.filter(({ type }) => wanted.includes(type));
  if (found.length === 0) return 'No extensions in certificate\n';
  return lines(found.flatMap(extensionLines));
}

/** `openssl x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key`: what an authority does. */
async function signRequest(process: Process, options: OpensslArguments): Promise<number> {
  const fail = (text: string) => {
    process.stderr.write(`${text}\n`);
    return 1;
  };
  const text = await inputText(process, options.text('in'));
  const block = readPem(text ?? '').find(({ label }) => label.endsWith('CERTIFICATE REQUEST'));
  const request = block && readRequest(block.der);
  if (!request) return fail(`Unable to load X509 request from ${options.text('in') ?? '<stdin>'}`);
  const caFile = options.text('CA');
  const ca = caFile === undefined ? undefined : await certificateFrom(process, caFile, 'CA certificate');
  if (caFile !== undefined && !ca) return 1;
  const key = await signingKeyFrom(
    process,
    options.text('CAkey') ?? options.text('signkey') ?? options.text('key') ?? caFile,
  );
  if (!key) return 1;
  if (!isPair(ca?.publicKey ?? request.publicKey, key))
    return fail('CA certificate and CA private key do not match');
  const file = options.text('extfile');
  const added = file === undefined ? [] : readExtensionFile((await inputText(process, file)) ?? '');
  if (!added) return fail(`Error adding extensions from section default\nopenssl: not understood: ${file}`);
  const copied = /^copy/.test(options.text('copy_extensions') ?? '') ? request.extensions : [];
  const now = instantOf(process);
  const certificate = issueCertificate({
    serialNumber:
      options.text('set_serial') === undefined
        ? drawSerialNumber(159, chanceOf(process).next)
        : BigInt(options.text('set_serial')!),
    subject: request.subject,
    issuer: ca?.subject ?? request.subject,
    notBefore: now,
    notAfter: now + Number(options.text('days') ?? 30) * DAY_MS,
    publicKey: request.publicKey,
    extensions: [...copied, ...added, ...keyIdentifiers(request.publicKey, key)],
    key,
  });
  process.stderr.write(`Certificate request self-signature ok\nsubject=${opensslName(request.subject)}\n`);
  return output(process, options.text('out'), writePem('CERTIFICATE', certificate.der)) ? 0 : 1;
}
