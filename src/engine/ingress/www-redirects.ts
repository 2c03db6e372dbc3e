import { isFor } from '../x509/index.ts';
import type { ControllerMessage, Server } from './configuration.ts';
import type { ServerDraft } from './servers.ts';

/**
 * Servers for the host with `www.`, or without it, of every server with a location that asks for it
 * (from-to-www-redirect). Models BuildRedirects (pkg/util/ingress/ingress.go, v1.15).
 */
export function wwwRedirects(
  servers: ReadonlyMap<string, ServerDraft>,
  messages: ControllerMessage[],
): readonly Server[] {
  return [...servers.values()].flatMap(({ hostname, locations, certificate }): readonly Server[] => {
    const asking = locations.find(
      ({ isDefault, annotations }) => !isDefault && annotations.fromToWwwRedirect,
    );
    if (!asking?.source) return [];
    const from = hostname.startsWith('www.') ? hostname.slice('www.'.length) : `www.${hostname}`;
    if (servers.has(from)) {
      messages.push({
        level: 'W',
        at: 'ingress.go:211',
        text: `Already exists an Ingress with "${from}" hostname. Skipping creation of redirection from "${from}" to "${hostname}".`,
      });
      return [];
    }
    const [own] = certificate?.chain ?? [];
    const field = 'metadata.annotations[nginx.ingress.kubernetes.io/from-to-www-redirect]';
    return [
      {
        hostname: from,
        aliases: [],
        locations: [],
        redirect: { to: hostname, source: { ...asking.source, field } },
        ...(certificate && own && isFor(own, from) && { certificate }),
      },
    ];
  });
}
