import type { Random } from './apimachinery/index.ts';
import { setUpHost } from './cni/index.ts';
import {
  answerTls,
  type HttpRequest,
  type HttpResponse,
  headerOf,
  httpPayload,
  httpRequestOf,
  httpResponse,
  inVersion,
  textPayload,
} from './libc/index.ts';
import type { IncomingRequest, IncomingResponse, Network } from './linux/index.ts';
import {
  drawSerialNumber,
  generateP256Key,
  issueCertificate,
  keyIdentifiers,
  OID,
  publicKeyOf,
  type SigningKey,
  writeAlternativeNames,
  writeBasicConstraints,
  writeKeyUsage,
  writePem,
  writePurposes,
} from './x509/index.ts';

/** The provider's network for servers and balancers (RFC 5737), and the router's own address in it. */
export const SERVER_SEGMENT = 'servers';
export const SERVER_NETWORK = { router: '203.0.113.254', length: 24 };

/** A web site: what it is called, and what it answers. */
interface Site {
  readonly names: readonly string[];
  answer(request: HttpRequest, clientAddress: string): HttpResponse;
}

/** The machines behind the names of the outside zone (coredns/outside-zone.ts); their namespaces are called as they are. */
const WEB_SERVERS: readonly { readonly name: string; readonly address: string; readonly site: Site }[] = [
  {
    name: 'example.com',
    address: '203.0.113.10',
    site: { names: ['example.com', 'www.example.com'], answer: () => page('Example Domain') },
  },
  {
    name: 'api.example.com',
    address: '203.0.113.30',
    site: {
      names: ['api.example.com'],
      answer: (request, client) =>
        httpResponse(
          200,
          [{ name: 'Content-Type', value: 'application/json' }],
          `${JSON.stringify({ host: headerOf(request, 'host'), path: request.path, client })}\n`,
        ),
    },
  },
  {
    name: 'example.org',
    address: '203.0.113.40',
    site: { names: ['example.org', 'www.example.org'], answer: () => page('Example Organization') },
  },
];
const DATABASE = { name: 'db.example.com', address: '203.0.113.20', port: 5432 };

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/** What everybody outside trusts, for /etc/ssl/certs/ca-certificates.crt. */
export interface OutsideAuthorities {
  readonly pem: string;
}

/** Makes the machines of the internet: web servers with certificates, and a database. */
export function buildOutsideMachines(
  network: Network,
  { now, random }: { readonly now: number; readonly random: Random },
): OutsideAuthorities {
  const authority = createAuthority(now, random);
  for (const { name, address, site } of WEB_SERVERS) {
    addMachine(network, name, address);
    const chain = authority.issue(site.names);
    const serve = (incoming: IncomingRequest): IncomingResponse =>
      answerTls(incoming.payload, { chain }) ?? answerHttp(site, incoming);
    for (const [port, handler] of [
      [80, (incoming: IncomingRequest) => answerHttp(site, incoming)],
      [443, serve],
    ] as const)
      network.listen(name, { protocol: 'tcp', address: '0.0.0.0', port, process: 'httpd', handler });
  }
  addMachine(network, DATABASE.name, DATABASE.address);
  network.listen(DATABASE.name, {
    protocol: 'tcp',
    address: '0.0.0.0',
    port: DATABASE.port,
    process: 'postgres',
    // The server's wish for a password: enough to see that a database answers.
    handler: ({ payload }) =>
      payload ? { payload: textPayload('R\0\0\0\x17\0\0\0\nSCRAM-SHA-256\0\0') } : {},
  });
  return authority;
}

function addMachine(network: Network, name: string, address: string): void {
  setUpHost(network, {
    name,
    cards: [{ device: 'eth0', segment: SERVER_SEGMENT, address: `${address}/${SERVER_NETWORK.length}` }],
    gateway: SERVER_NETWORK.router,
  });
}

/** A server of named sites: a Host that it does not know gets 404, whatever address was asked. */
function answerHttp({ names, answer }: Site, { payload, peer }: IncomingRequest): IncomingResponse {
  const request = httpRequestOf(payload);
  if (!request) return payload ? { payload: httpPayload(plain(400, 'Bad Request\n')) } : {};
  const host = (headerOf(request, 'host') ?? '').replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
  const response = names.includes(host)
    ? answer(request, peer.address)
    : plain(404, `404 Not Found: there is no site "${host}" on this server\n`);
  const sent = request.method === 'HEAD' ? { ...response, body: '' } : response;
  return { payload: httpPayload(inVersion(sent, request.version)) };
}

function page(title: string): HttpResponse {
  const body = `<!doctype html>\n<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`;
  return httpResponse(200, [{ name: 'Content-Type', value: 'text/html' }], body);
}

function plain(status: number, text: string): HttpResponse {
  return httpResponse(status, [{ name: 'Content-Type', value: 'text/plain; charset=utf-8' }], text);
}

/** An authority that the world trusts, and the certificates that it gives; all of them are made when first asked for. */
function createAuthority(
  now: number,
  random: Random,
): OutsideAuthorities & { issue(names: readonly string[]): () => readonly Uint8Array[] } {
  const name = [
    { type: 'O', value: 'Example Trust Services' },
    { type: 'CN', value: 'Example Root CA' },
  ];
  const extension = (type: string, critical: boolean, value: Uint8Array) => ({ type, critical, value });
  const keyOf = (who: string): SigningKey => ({ kind: 'ec', ...generateP256Key(random.fork(who).next) });
  const serialOf = (who: string) => drawSerialNumber(127, random.fork(`serial of ${who}`).next);
  const makeRoot = () => {
    const key = keyOf('root');
    const publicKey = publicKeyOf(key)!;
    const [subjectKey, authorityKey] = keyIdentifiers(publicKey, key);
    const certificate = issueCertificate({
      serialNumber: serialOf('root'),
      subject: name,
      issuer: name,
      notBefore: now - 5 * YEAR_MS,
      notAfter: now + 15 * YEAR_MS,
      publicKey,
      extensions: [
        extension(OID.keyUsage, true, writeKeyUsage(['keyCertSign', 'cRLSign'])),
        extension(OID.basicConstraints, true, writeBasicConstraints(true)),
        subjectKey!,
      ],
      key,
    });
    return { key, authorityKey: authorityKey!, pem: writePem('CERTIFICATE', certificate.der) };
  };
  let made: ReturnType<typeof makeRoot> | undefined;
  const root = () => {
    made ??= makeRoot();
    return made;
  };
  return {
    get pem() {
      return root().pem;
    },
    issue(names) {
      const [first = ''] = names;
      let chain: readonly Uint8Array[] | undefined;
      return () => {
        chain ??= [
          issueCertificate({
            serialNumber: serialOf(first),
            subject: [{ type: 'CN', value: first }],
            issuer: name,
            notBefore: now - YEAR_MS / 12,
            notAfter: now + YEAR_MS / 6,
            publicKey: publicKeyOf(keyOf(first))!,
            extensions: [
              extension(OID.keyUsage, true, writeKeyUsage(['digitalSignature'])),
              extension(OID.extendedKeyUsage, false, writePurposes([OID.serverAuth])),
              extension(OID.basicConstraints, true, writeBasicConstraints(false)),
              root().authorityKey,
              extension(OID.subjectAltName, false, writeAlternativeNames({ dns: names, addresses: [] })),
            ],
            key: root().key,
          }).der,
        ];
        return chain;
      };
    },
  };
}
