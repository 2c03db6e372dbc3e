import { type HttpRequest, type RequestOptions, type VerifyCode, withinTls } from '../../../engine/index.ts';
import type { ParsedFlags } from '../../flags.ts';
import type { Process } from '../../process.ts';
import type { CurlUrl } from '../curl/url.ts';
import { type Handshake, serverNameOf, startTls } from './handshake.ts';
import { trustedAuthorities } from './trust.ts';

interface WgetTls {
  readonly request: Pick<RequestOptions, 'payload' | 'next'>;
  /** Afterwards: why there is no answer to show; undefined: there is one. */
  problem(): { readonly text: string; readonly status: number } | undefined;
  /** What is wrong with a certificate that was taken all the same. */
  warnings(): string;
}

/** TLS as GNU wget 1.21 with GnuTLS does it, or busybox's, which looks at no certificate; undefined: the CA file is missing. */
export function wgetTls(
  process: Process,
  url: CurlUrl,
  flags: ParsedFlags,
  request: HttpRequest,
  { busybox, complain }: { readonly busybox: boolean; readonly complain: (text: string) => void },
): WgetTls | undefined {
  const insecure = busybox || flags.has('no-check-certificate');
  const file = flags.text('ca-certificate');
  const trusted = trustedAuthorities(process, file);
  if (!trusted) {
    complain(`ERROR: Failed to open cert ${file}: (-64).\n`);
    return undefined;
  }
  if (file !== undefined) complain(`Loaded CA certificate '${file}'\n`);
  if (busybox) complain('wget: note: TLS certificate validation not implemented\n');
  const serverName = serverNameOf(url.host);
  let handshake: Handshake | undefined;
  const options = { host: url.host, serverName, protocols: [], trusted, partialChain: true };
  const started = startTls(process, options, (heard) => {
    handshake = heard;
    const wrong = heard.verification.errors.length > 0 || !heard.isForHost;
    return wrong && !insecure
      ? { kind: 'tls-alert', description: 'close notify' }
      : withinTls(request, serverName, heard.hello);
  });
  return {
    request: started,
    problem() {
      if (!handshake)
        return busybox
          ? { text: 'wget: error getting response: Connection reset by peer\n', status: 1 }
          : {
              text: 'GnuTLS: An unexpected TLS packet was received.\nUnable to establish SSL connection.\n',
              status: 4,
            };
      if (busybox) return undefined;
      const text = complaints(handshake, url.host, 'ERROR');
      return text === '' || insecure ? undefined : { text, status: 5 };
    },
    warnings: () => (handshake && insecure && !busybox ? complaints(handshake, url.host, 'WARNING') : ''),
  };
}

/** GnuTLS tells all that is wrong, OpenSSL's numbers in its own words. */
function complaints({ verification, isForHost }: Handshake, host: string, level: string): string {
  const codes = new Set<VerifyCode>(verification.errors.map(({ code }) => code));
  const of = (text: string) => `${level}: The certificate of ‘${host}’ ${text}\n`;
  const untrusted = codes.size > 0 ? of('is not trusted.') : '';
  const issuer = [18, 19, 20, 24].some((code) => codes.has(code as VerifyCode))
    ? of("doesn't have a known issuer.")
    : '';
  const early = codes.has(9) ? of('is not yet activated.') : '';
  const late = codes.has(10) ? of('has expired.') : '';
  const name = isForHost ? '' : `The certificate's owner does not match hostname ‘${host}’\n`;
  return untrusted + issuer + early + late + name;
}
