export interface CurlUrl {
  readonly scheme: 'http' | 'https' | 'telnet';
  readonly host: string;
  readonly port: number;
  /** The port was written in the URL. */
  readonly explicitPort: boolean;
  readonly path: string;
  readonly user?: string;
}

export type UrlResult =
  | { readonly ok: true; readonly url: CurlUrl }
  | { readonly ok: false; readonly status: number; readonly message: string };

const BAD: UrlResult = { ok: false, status: 3, message: 'URL using bad/illegal format or missing URL' };

/** Reads a URL as curl 7.88 does: no scheme means http, blanks and ports beyond 65535 are refused. */
export function parseCurlUrl(text: string): UrlResult {
  if (text === '' || /\s/.test(text)) return BAD;
  const match =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(?:([^@/?#]*)@)?(\[[0-9A-Fa-f:.%]+\]|[^:/?#[\]]*)(?::(\d*))?([/?#].*)?$/.exec(
      text,
    );
  if (!match) return BAD;
  const [, scheme = 'http', user, rawHost = '', port, rest = ''] = match;
  const name = scheme.toLowerCase();
  if (name !== 'http' && name !== 'https' && name !== 'telnet')
    return { ok: false, status: 1, message: `Protocol "${scheme}" not supported or disabled in libcurl` };
  const host = rawHost.replace(/^\[|\]$/g, '');
  if (host === '') return BAD;
  if (port && (Number(port) > 65535 || Number(port) === 0)) return BAD;
  const path = rest.replace(/#.*$/, '');
  return {
    ok: true,
    url: {
      scheme: name,
      host,
      port: port ? Number(port) : name === 'https' ? 443 : name === 'telnet' ? 23 : 80,
      explicitPort: Boolean(port),
      path: path.startsWith('/') ? path : `/${path}`,
      ...(user !== undefined && { user }),
    },
  };
}
