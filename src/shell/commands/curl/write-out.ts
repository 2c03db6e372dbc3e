import { byteLength, headerOf } from '../../../engine/index.ts';
import { unescapeText } from '../simple/print.ts';
import type { Transfer } from './transfer.ts';
import type { CurlUrl } from './url.ts';

/** `-w FORMAT`: `%{variable}`, `%%` and backslash escapes (curl's tool_writeout.c). */
export function writeOut(
  format: string,
  transfer: Transfer,
  url: CurlUrl,
  text: string,
  redirects: number,
): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(6);
  const { timing, place } = transfer;
  const response = transfer.ok ? transfer.response : undefined;
  const code = String(response?.status ?? 0).padStart(3, '0');
  const values: Readonly<Record<string, string>> = {
    http_code: code,
    response_code: code,
    http_connect: '000',
    http_version: response ? response.version : '0',
    time_namelookup: seconds(timing.nameLookup),
    time_connect: seconds(transfer.ok ? timing.connect : 0),
    time_appconnect: seconds(transfer.ok ? (timing.handshake ?? 0) : 0),
    ssl_verify_result: String(transfer.verifyResult ?? 0),
    time_pretransfer: seconds(transfer.ok ? (timing.handshake ?? timing.connect) : 0),
    time_starttransfer: seconds(transfer.ok ? timing.total : 0),
    time_redirect: seconds(0),
    time_total: seconds(timing.total),
    remote_ip: transfer.ok ? (place?.remote ?? '') : '',
    remote_port: transfer.ok ? String(place?.port ?? 0) : '0',
    local_ip: transfer.ok ? (place?.local ?? '') : '',
    local_port: transfer.ok ? String(place?.localPort ?? 0) : '0',
    size_download: String(byteLength(response?.body ?? '')),
    size_header: String(
      response
        ? response.headers.reduce((sum, { name, value }) => sum + name.length + value.length + 4, 0)
        : 0,
    ),
    num_connects: transfer.ok ? '1' : '0',
    num_redirects: String(redirects),
    url_effective: text,
    url: text,
    scheme: url.scheme.toUpperCase(),
    content_type: (response && headerOf(response, 'Content-Type')) ?? '',
    redirect_url: (response && headerOf(response, 'Location')) ?? '',
    exitcode: String(transfer.ok ? 0 : transfer.status),
    errormsg: transfer.ok ? '' : transfer.message,
    method: 'GET',
  };
  return unescapeText(
    format.replace(/%\{(\w+)\}|%%/g, (all, name?: string) =>
      name === undefined ? '%' : (values[name] ?? (all.startsWith('%{') ? '' : all)),
    ),
  );
}
