import {
  type Certificate,
  type DistinguishedName,
  drawSerialNumber,
  type Extension,
  isPair,
  issueCertificate,
  keyIdentifiers,
  OID,
  publicKeyOf,
  type SigningKey,
  writeBasicConstraints,
  writePem,
  writePrivateKey,
  writeRequest,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { instantOf } from '../tls/handshake.ts';
import { readArguments } from './arguments.ts';
import { readExtension } from './extension-words.ts';
import { certificateFrom, output, signingKeyFrom } from './files.ts';
import { chanceOf, makeKey } from './keys.ts';

export const DAY_MS = 86_400_000;

/** What an empty line answers to each of the questions. */
const DEFAULT_SUBJECT: DistinguishedName = [
  { type: 'C', value: 'AU' },
  { type: 'ST', value: 'Some-State' },
  { type: 'O', value: 'Internet Widgits Pty Ltd' },
];

/** `openssl req`: a key, and a certificate that it signs itself (-x509), or a request for one. */
export async function req(process: Process): Promise<number> {
  const parsed = readArguments('req', process.args.slice(1), {
    flags: ['x509', 'new', 'nodes', 'noenc', 'sha256', 'batch', 'verbose', 'utf8', 'noout', 'text'],
    values: [
      'newkey',
      'key',
      'keyout',
      'out',
      'subj',
      'addext',
      'days',
      'pkeyopt',
      'CA',
      'CAkey',
      'set_serial',
      'in',
      'config',
      'extensions',
    ],
  });
  if (!parsed.ok) {
    process.stderr.write(parsed.message);
    return 1;
  }
  const options = parsed.arguments;
  const { next } = chanceOf(process);
  const fail = (text: string) => {
    process.stderr.write(`${text}\n`);
    return 1;
  };
  if (options.text('in') !== undefined)
    return fail('openssl req -in is not simulated here: openssl x509 -req reads requests.');
  const keyFile = options.text('key');
  const key =
    keyFile === undefined
      ? makeKey(options.text('newkey') ?? 'rsa:2048', options.list('pkeyopt'), next)
      : await signingKeyFrom(process, keyFile);
  if (key === undefined) return 1;
  if (typeof key === 'string') return fail(key);
  if (keyFile === undefined) {
    if (!options.has('nodes') && !options.has('noenc'))
      return fail('Enter PEM pass phrase:\nopenssl: keys with a pass phrase are not simulated; add -nodes');
    process.stderr.write('-----\n');
    if (
      !output(process, options.text('keyout') ?? 'privkey.pem', writePem('PRIVATE KEY', writePrivateKey(key)))
    )
      return 1;
  }
  const subject = options.text('subj') === undefined ? DEFAULT_SUBJECT : readSubject(options.text('subj')!);
  if (!subject)
    return fail(
      `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${options.text('subj')!.replace(/^\//, '')}'`,
    );
  const extensions: Extension[] = [];
  for (const text of options.list('addext')) {
    const extension = readExtension(text);
    if (!extension)
      return fail(`Error checking extensions defined using -addext\nopenssl: not understood: ${text}`);
    extensions.push(extension);
  }
  if (!options.has('x509'))
    return output(
      process,
      options.text('out'),
      writePem('CERTIFICATE REQUEST', writeRequest({ subject, key, extensions })),
    )
      ? 0
      : 1;

  const caFile = options.text('CA');
  const ca = caFile === undefined ? undefined : await certificateFrom(process, caFile, 'issuer certificate');
  const caKey = caFile === undefined ? key : await signingKeyFrom(process, options.text('CAkey') ?? caFile);
  if ((caFile !== undefined && !ca) || !caKey) return 1;
  if (ca && !isPair(ca.publicKey, caKey)) return fail('Issuer CA certificate and key do not match');
  const certificate = sign(process, {
    subject,
    ca,
    caKey,
    key,
    days: Number(options.text('days') ?? 30),
    extensions,
    serialNumber:
      options.text('set_serial') === undefined
        ? drawSerialNumber(159, next)
        : BigInt(options.text('set_serial')!),
  });
  return output(process, options.text('out'), writePem('CERTIFICATE', certificate.der)) ? 0 : 1;
}

interface SignOptions {
  readonly subject: DistinguishedName;
  readonly ca: Certificate | undefined;
  readonly caKey: SigningKey;
  readonly key: SigningKey;
  readonly days: number;
  readonly extensions: readonly Extension[];
  readonly serialNumber: bigint;
}

/** With the extensions of the usual openssl.cnf, [ v3_ca ], but for those that were asked for otherwise. */
function sign(
  process: Process,
  { subject, ca, caKey, key, days, extensions, serialNumber }: SignOptions,
): Certificate {
  const now = instantOf(process);
  const publicKey = publicKeyOf(key)!;
  const usual: Extension[] = [
    ...keyIdentifiers(publicKey, caKey),
    { type: OID.basicConstraints, critical: true, value: writeBasicConstraints(true) },
  ];
  const asked = new Set(extensions.map(({ type }) => type));
  return issueCertificate({
    serialNumber,
    subject,
    issuer: ca?.subject ?? subject,
    notBefore: now,
    notAfter: now + days * DAY_MS,
    publicKey,
    extensions: [...usual.filter(({ type }) => !asked.has(type)), ...extensions],
    key: caKey,
  });
}

/** `/CN=shop.example/O=Shop`; undefined: not in that format. */
export function readSubject(text: string): DistinguishedName | undefined {
  if (!text.startsWith('/')) return undefined;
  const parts = text
    .slice(1)
    .split(/(?<!\\)\//)
    .filter((part) => part !== '');
  const name = parts.map((part) => {
    const [, type = '', value = ''] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    return { type, value: value.replace(/\\(.)/g, '$1') };
  });
  return name.some(({ type }) => type === '') ? undefined : name.filter(({ value }) => value !== '');
}
