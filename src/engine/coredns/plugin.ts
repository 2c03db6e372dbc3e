import type { DnsMessage, DnsRcode, DnsRecord, DnsType, Process } from '../libc/index.ts';
import type { Exchange, SocketAddress } from '../linux/index.ts';
import type { Directive } from './corefile.ts';

/** One question on its way down the chain. */
export interface Query {
  readonly message: DnsMessage;
  /** As it was asked, in its own case. */
  readonly name: string;
  readonly type: DnsType;
  readonly transport: 'udp' | 'tcp';
  /** A rewrite rule has matched, and no other is to be tried. */
  readonly rewriteStopped?: boolean;
  readonly client: SocketAddress;
  /** Asks another server; its exchange is kept as caused by this query. Default port 53. */
  ask(
    server: { readonly address: string; readonly port: number },
    message: DnsMessage,
    transport: 'udp' | 'tcp',
    timeoutMs: number,
  ): { readonly exchange: Exchange; readonly message?: DnsMessage };
  /** Virtual milliseconds that other servers took so far, for this query and those made for its sake. */
  waitedMs(): number;
  /** Asks this server itself, from the top of the chain, as plugin/pkg/upstream does. */
  lookup(name: string, type: DnsType): Reply;
}

/**
 * What a plugin answers: a message for the client, or only a code, which the server turns into an empty answer.
 * `error` is for the log.
 */
export type Reply = (
  | { readonly message: DnsMessage; readonly rcode?: undefined }
  | { readonly rcode: DnsRcode; readonly message?: undefined }
) & { readonly error?: string };

/** Answers a query, or hands it to the next plugin. */
export type PluginHandler = (query: Query, next: (query: Query) => Reply) => Reply;

/** What a plugin gets when its server block is set up. */
export interface Setup {
  readonly directive: Directive;
  readonly zones: readonly string[];
  readonly port: number;
  readonly process: Process;
  readonly log: (level: 'INFO' | 'WARNING' | 'ERROR', text: string) => void;
  /** A draw in [0, 1). */
  readonly random: () => number;
  /** Ends the process: `[FATAL] …`. */
  readonly fatal: (text: string) => void;
}

/** A plugin at work in one server block. */
export interface RunningPlugin {
  readonly handler?: PluginHandler;
  /** False: /ready says 503, and names the plugin. */
  readonly ready?: () => boolean;
  /** Called once the sockets are open. */
  started?(): void;
  /** How long the server goes on after SIGTERM. */
  readonly lameduckMs?: number;
  stop?(): void;
}

/** A plugin of the list. A string is what is wrong with its configuration. */
export interface Plugin {
  readonly name: string;
  setup(setup: Setup): RunningPlugin | string;
}

/** The reply to a query with these records, and the flags of an answer of one's own. */
export function replyTo(
  query: Query,
  parts: Partial<Pick<DnsMessage, 'rcode' | 'authoritative' | 'recursionAvailable'>> & {
    readonly answer?: readonly DnsRecord[];
    readonly authority?: readonly DnsRecord[];
    readonly additional?: readonly DnsRecord[];
  },
): { readonly message: DnsMessage } {
  return {
    message: {
      kind: 'dns',
      id: query.message.id,
      response: true,
      rcode: parts.rcode ?? 'NOERROR',
      authoritative: parts.authoritative ?? true,
      truncated: false,
      recursionDesired: query.message.recursionDesired,
      recursionAvailable: parts.recursionAvailable ?? false,
      question: query.message.question,
      answer: parts.answer ?? [],
      authority: parts.authority ?? [],
      additional: parts.additional ?? [],
      ...(query.message.edns && { edns: { udpSize: query.message.edns.udpSize } }),
    },
  };
}

/** The same reply with another message: what a plugin makes of the next one's answer. */
export function withMessage(reply: Reply, message: DnsMessage): Reply {
  return {
    message,
    ...(reply.error !== undefined && { error: reply.error }),
  };
}
