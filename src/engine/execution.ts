/** Where a command runs: a container, a node, or the outside client. Made by the cluster, used by the shell. */
export interface ExecutionContext {
  /** The network namespace that its packets leave from. */
  readonly netns: string;
  readonly hostname: string;
  readonly env: Readonly<Record<string, string>>;
  /** The C library decides how names are resolved. */
  readonly libc: 'glibc' | 'musl';
  /** `/bin/sh` and the tools that this image has; undefined: all (a node, the outside client). */
  readonly tools: readonly string[] | undefined;
  /** undefined: no such file. */
  readFile(path: string): string | undefined;
  /** Names in a folder; undefined: no such folder. */
  readDirectory(path: string): readonly string[] | undefined;
  /** False: the place is read-only. Absent: nothing can be written here. */
  writeFile?(path: string, text: string): boolean;
  /** False: no such file, or read-only. */
  removeFile?(path: string): boolean;
  /** A container's process 1, and when it was started (RFC 3339); absent: the place is no container. */
  readonly firstProcess?: { readonly arguments: readonly string[]; readonly startedAt: string };
  /** Default `/`. */
  readonly workingDirectory?: string;
}
