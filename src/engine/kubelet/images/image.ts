import type { Program } from '../../libc/index.ts';

/** A simulated container image: what `docker inspect` would say of it, and what its programs do. */
export interface Image {
  /** Its names, normalised: `docker.io/library/nginx`. */
  readonly repositories: readonly string[];
  /** Which tags exist. Absent: every tag that looks like one (see `plausibleTag`). */
  readonly tags?: RegExp;
  readonly libc: 'glibc' | 'musl';
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default `/`. */
  readonly workingDirectory?: string;
  /** EXPOSE: what the image says it listens on. */
  readonly ports: readonly number[];
  /** The image's own programs, by the name that its entrypoint or command calls them. */
  readonly programs: Readonly<Record<string, Program>>;
  /** `sh` and the commands that can be run in the container: those of `kubectl exec` and of `sh -c`. */
  readonly tools: readonly string[];
  /** By absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Bytes, as the kubelet reports it after a pull. */
  readonly size: number;
  /** Images whose behaviour depends on the tag. */
  readonly variant?: (tag: string) => Image;
  /** True: not in the table. A server of no particular kind answers on the declared ports. */
  readonly generic?: boolean;
  /** What it does, in a sentence, for the table in the documentation. */
  readonly about: string;
}

/** A registry's answer to a pull. */
export type PullResult =
  | { readonly ok: true; readonly image: Image }
  /** `message` is containerd's whole error. */
  | { readonly ok: false; readonly message: string };

/** The images that the simulated registries have. */
export interface ImageTable {
  readonly images: readonly Image[];
  /** What a pull of that reference (as written in the manifest) gives. */
  pull(reference: string): PullResult;
  /** Whether the image runs as a server of no particular kind, because the table does not know it. */
  isGeneric(reference: string): boolean;
}
