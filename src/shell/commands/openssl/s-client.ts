import {
  type Exchange,
  getaddrinfo,
  type Outcome,
  type TlsAlert,
  tlsAlertOf,
  VERIFY_ERRORS,
  type VerifyCode,
  writePem,
} from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { errnoText, resolverHost } from '../curl/transfer.ts';
import { alertFor, type Handshake, serverNameOf, startTls } from '../tls/handshake.ts';
import { opensslDate, opensslName } from '../tls/names.ts';
import { trustedAuthorities } from '../tls/trust.ts';
import { type OpensslArguments, readArguments } from './arguments.ts';
import { keyAlgorithm, lines, shortAlgorithm } from './text.ts';

/** What OpenSSL's queue of errors says begins with the thread. */
const THREAD = '40E7A1F2D87F0000';

/** `openssl s_client -connect HOST:PORT`: a handshake, and all that is to be seen in it (apps/s_client.c, OpenSSL 3.0). */
export async function sClient(process: Process): Promise<number> {
  const parsed = readArguments('s_client', process.args.slice(1), {
    flags: [
      'showcerts',
      'brief',
      'quiet',
      'verify_return_error',
      'noservername',
      'tls1_2',
      'tls1_3',
      'prexit',
      'ign_eof',
      'partial_chain',
      'no_ign_eof',
    ],
    values: ['connect', 'servername', 'CAfile', 'verify', 'verify_hostname', 'alpn', 'port', 'host'],
  });
  if (!parsed.ok) {
    process.stderr.write(parsed.message);
    return 1;
  }
  const options = parsed.arguments;
  const place = options.text('connect') ?? options.rest[0] ?? 'localhost:4433';
  const [, host = '', port = '4433'] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(place) ?? [];
  const trusted = trustedAuthorities(process, options.text('CAfile'));
  if (!trusted) {
    process.stderr.write(`${THREAD}:error:05880020:x509 certificate routines::BIO lib\n`);
    return 1;
  }
  const { network } = process.session.cluster;
  const resolution = getaddrinfo({ ...resolverHost(process), request: network.request }, host, { family: 4 });
  process.session.record(resolution.exchanges);
  await process.sleep(resolution.elapsedMs);
  const address = resolution.ok ? resolution.addresses[0]?.address : undefined;
  if (address === undefined) {
    process.stderr.write(
      `${THREAD}:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:738:Name or service not known\nconnect:errno=22\n`,
    );
    return 1;
  }

  const serverName = options.has('noservername')
    ? undefined
    : (options.text('servername') ?? serverNameOf(host));
  let handshake: Handshake | undefined;
  const wanted = options.text('verify_hostname');
  const started = startTls(
    process,
    {
      host: wanted ?? host,
      serverName,
      protocols: options.text('alpn')?.split(',') ?? [],
      trusted,
      partialChain: options.has('partial_chain'),
    },
    (heard): TlsAlert => {
      handshake = heard;
      const [first] = errorsOf(heard, wanted);
      return first && options.has('verify_return_error')
        ? alertFor(first.code).alert
        : { kind: 'tls-alert', description: 'close notify' };
    },
  );
  const exchange = network.request({
    netns: process.machine.context.netns,
    process: 'openssl',
    protocol: 'tcp',
    destination: { address, port: Number(port) },
    ...started,
  });
  process.session.record([exchange]);
  await process.sleep(exchange.elapsedMs);
  if (!isConnected(exchange)) return refused(process, exchange.outcome);
  if (options.has('brief')) return brief(process, options, handshake, wanted);
  if (!options.has('quiet')) process.stdout.write('CONNECTED(00000003)\n');
  if (!handshake) return withoutHandshake(process, exchange, serverName);
  return report(process, options, handshake, wanted, serverName);
}

interface Found {
  readonly code: VerifyCode;
  readonly depth: number;
}

/** The chain's errors, and that of the name when one was asked for. */
function errorsOf({ verification, isForHost }: Handshake, wanted: string | undefined): readonly Found[] {
  const name: readonly Found[] =
    wanted === undefined || isForHost
      ? []
      : [{ code: serverNameOf(wanted) === undefined ? 64 : 62, depth: 0 }];
  return [...verification.errors, ...name];
}

function report(
  process: Process,
  options: OpensslArguments,
  handshake: Handshake,
  wanted: string | undefined,
  serverName: string | undefined,
): number {
  const { hello, sent, verification } = handshake;
  const errors = errorsOf(handshake, wanted);
  const stopped = options.has('verify_return_error') && errors.length > 0;
  process.stderr.write(verifyLines(handshake, errors, stopped));
  if (stopped)
    process.stderr.write(
      `${THREAD}:error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:\n`,
    );
  if (options.has('quiet')) return stopped ? 1 : 0;
  const [own] = sent;
  const last = errors.at(-1)?.code ?? 0;
  const bytes = sent.reduce((sum, { der }) => sum + der.length + 5, 291);
  const signature = own?.publicKey.kind === 'rsa' ? 264 : 79;
  const written = 386 + (serverName ? serverName.length + 9 : 0) - (hello.protocol ? 0 : 9);
  process.stdout.write(
    lines([
      '---',
      'Certificate chain',
      ...sent.flatMap((each, depth) => [
        `${String(depth).padStart(2)} s:${opensslName(each.subject)}`,
        `   i:${opensslName(each.issuer)}`,
        `   a:PKEY: ${keyAlgorithm(each.publicKey)}, ${each.publicKey.size} (bit); sigalg: ${shortAlgorithm(each.signatureAlgorithm)}`,
        `   v:NotBefore: ${opensslDate(each.notBefore)}; NotAfter: ${opensslDate(each.notAfter)}`,
        ...(options.has('showcerts') ? [pemLines(each.der)] : []),
      ]),
      '---',
      ...(own && !stopped
        ? [
            'Server certificate',
            ...(options.has('showcerts') ? [] : [pemLines(own.der)]),
            `subject=${opensslName(own.subject)}`,
            `issuer=${opensslName(own.issuer)}`,
          ]
        : ['no peer certificate available']),
      '---',
      'No client certificate CA names sent',
      ...(stopped
        ? []
        : [
            'Peer signing digest: SHA256',
            `Peer signature type: ${own?.publicKey.kind === 'rsa' ? 'RSA-PSS' : 'ECDSA'}`,
            'Server Temp Key: X25519, 253 bits',
          ]),
      '---',
      `SSL handshake has read ${bytes + (stopped ? 0 : signature + 5)} bytes and written ${written} bytes`,
      last === 0 ? 'Verification: OK' : `Verification error: ${VERIFY_ERRORS[last]}`,
      '---',
      stopped ? 'New, (NONE), Cipher is (NONE)' : `New, ${hello.version}, Cipher is ${hello.cipher}`,
      ...(own && !stopped ? [`Server public key is ${own.publicKey.size} bit`] : []),
      'Secure Renegotiation IS NOT supported',
      'Compression: NONE',
      'Expansion: NONE',
      hello.protocol && !stopped ? `ALPN protocol: ${hello.protocol}` : 'No ALPN negotiated',
      'Early data was not sent',
      `Verify return code: ${last} (${VERIFY_ERRORS[last]})`,
      '---',
    ]),
  );
  if (!stopped) process.stderr.write('DONE\n');
  return stopped || verification.chain.length === 0 ? 1 : 0;
}

/** What the callback of the verification writes, from the deepest certificate to the server's own. */
function verifyLines(
  { verification: { chain } }: Handshake,
  errors: readonly Found[],
  stopped: boolean,
): string {
  const depthLine = (depth: number) => `depth=${depth} ${opensslName(chain[depth]?.subject ?? [])}`;
  const dateLine = ({ code, depth }: Found) =>
    code === 10
      ? [`notAfter=${opensslDate(chain[depth]!.notAfter)}`]
      : code === 9
        ? [`notBefore=${opensslDate(chain[depth]!.notBefore)}`]
        : [];
  const shown = stopped ? errors.slice(0, 1) : errors;
  const rows = shown.flatMap((error) => [
    depthLine(error.depth),
    `verify error:num=${error.code}:${VERIFY_ERRORS[error.code]}`,
    ...dateLine(error),
    ...(stopped ? [] : ['verify return:1']),
  ]);
  const passed = stopped
    ? []
    : chain
        .map((_, depth) => [depthLine(depth), 'verify return:1'])
        .reverse()
        .flat();
  return lines([...rows, ...passed]);
}

function brief(
  process: Process,
  options: OpensslArguments,
  handshake: Handshake | undefined,
  wanted: string | undefined,
): number {
  if (!handshake) {
    process.stderr.write(wrongVersion());
    return 1;
  }
  const { hello, sent } = handshake;
  const [own] = sent;
  const errors = errorsOf(handshake, wanted);
  const last = errors.at(-1)?.code ?? 0;
  const stopped = options.has('verify_return_error') && errors.length > 0;
  process.stderr.write(
    verifyLines(handshake, errors, false)
      .split('\n')
      .filter((line) => errors.length > 0 && line !== 'verify return:1')
      .slice(0, errors.length * 2)
      .map((line) => `${line}\n`)
      .join(''),
  );
  if (stopped) return 1;
  process.stderr.write(
    lines([
      'CONNECTION ESTABLISHED',
      `Protocol version: ${hello.version}`,
      `Ciphersuite: ${hello.cipher}`,
      `Peer certificate: ${opensslName(own?.subject ?? [])}`,
      'Hash used: SHA256',
      `Signature type: ${own?.publicKey.kind === 'rsa' ? 'RSA-PSS' : 'ECDSA'}`,
      last === 0 ? 'Verification: OK' : `Verification error: ${VERIFY_ERRORS[last]}`,
      'Server Temp Key: X25519, 253 bits',
      'DONE',
    ]),
  );
  return 0;
}

/** The other side has answered, but not with TLS. */
function withoutHandshake(process: Process, { outcome }: Exchange, serverName: string | undefined): number {
  const silent = outcome.kind !== 'replied' || outcome.payload === undefined;
  const alert = outcome.kind === 'replied' ? tlsAlertOf(outcome.payload) : undefined;
  process.stderr.write(
    silent
      ? `${THREAD}:error:0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:320:\n`
      : alert
        ? `${THREAD}:error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:../ssl/record/rec_layer_s3.c:1600:SSL alert number 80\n`
        : wrongVersion(),
  );
  process.stdout.write(
    lines([
      '---',
      'no peer certificate available',
      '---',
      'No client certificate CA names sent',
      '---',
      `SSL handshake has read ${silent ? 0 : alert ? 7 : 5} bytes and written ${297 + (serverName ? serverName.length + 9 : 0)} bytes`,
      'Verification: OK',
      '---',
      'New, (NONE), Cipher is (NONE)',
      'Secure Renegotiation IS NOT supported',
      'Compression: NONE',
      'Expansion: NONE',
      'No ALPN negotiated',
      'Early data was not sent',
      'Verify return code: 0 (ok)',
      '---',
    ]),
  );
  return 1;
}

function refused(process: Process, outcome: Outcome): number {
  const numbers: Readonly<Record<string, number>> = {
    ECONNREFUSED: 111,
    EHOSTUNREACH: 113,
    ENETUNREACH: 101,
  };
  const errno = outcome.kind === 'failed' ? outcome.errno : 'ETIMEDOUT';
  const number = numbers[errno] ?? 110;
  process.stderr.write(
    lines([
      `${THREAD}:error:800000${number.toString(16).toUpperCase().padStart(2, '0')}:system library:BIO_connect:${errnoText(errno)}:../crypto/bio/bio_sock2.c:117:calling connect()`,
      `${THREAD}:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:`,
      `connect:errno=${number}`,
    ]),
  );
  return 1;
}

function wrongVersion(): string {
  return `${THREAD}:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:\n`;
}

function pemLines(der: Uint8Array): string {
  return writePem('CERTIFICATE', der).trimEnd();
}

function isConnected({ packets }: Exchange): boolean {
  return packets.some(({ direction, label }) => direction === 'back' && label.includes('SYN'));
}
