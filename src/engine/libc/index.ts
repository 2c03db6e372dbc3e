export {
  absolute,
  type DnsMessage,
  type DnsRcode,
  type DnsRecord,
  type DnsType,
  dnsMessageOf,
  dnsMessageSize,
  dnsPayload,
  dnsQuestion,
  recordData,
} from './dns.ts';
export { type DnsQueryOptions, type DnsQueryResult, dnsQuery } from './dns-client.ts';
export {
  getaddrinfo,
  type Resolution,
  type ResolutionError,
  type ResolvedAddress,
  searchCandidates,
} from './getaddrinfo.ts';
export { type HostsEntry, parseHostsFile } from './hosts-file.ts';
export {
  type HttpHeader,
  type HttpRequest,
  type HttpResponse,
  type HttpVersion,
  headerOf,
  httpPayload,
  httpRequest,
  httpRequestOf,
  httpResponse,
  httpResponseOf,
  inVersion,
  startLine,
} from './http.ts';
export {
  allVariables,
  instant,
  type Process,
  type Program,
  sleep,
  UNTIL_TERMINATED,
  type Wait,
} from './process.ts';
export { parseResolvConf, type ResolverConfiguration } from './resolv-conf.ts';
export type { ResolverHost } from './resolver-host.ts';
export { byteLength, type TextMessage, textOf, textPayload } from './text.ts';
export {
  answerTls,
  type ClientHello,
  clientHello,
  clientHelloOf,
  overTls,
  overTlsUnchecked,
  type ServerHello,
  serverHelloOf,
  type TlsAlert,
  type TlsServer,
  tlsAlert,
  tlsAlertOf,
  withinTls,
} from './tls.ts';
