import type { Exchange, RequestOptions } from '../linux/index.ts';

/** Where a name is resolved: a process's files and sockets. An execution context with `network.request` fits. */
export interface ResolverHost {
  readonly netns: string;
  /** The program that asks, for traces. */
  readonly process: string;
  readonly libc: 'glibc' | 'musl';
  /** undefined: no such file. */
  readFile(path: string): string | undefined;
  request(options: RequestOptions): Exchange;
}
