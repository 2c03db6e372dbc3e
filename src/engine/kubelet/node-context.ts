import type { Pod } from '../api/index.ts';
import type { EnvironmentSources } from './environment.ts';
import type { FileTree } from './filesystem.ts';
import type { ImagePuller } from './image-puller.ts';
import type { KubeletOptions } from './options.ts';

export type PodEvent = (
  pod: Pod,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  fieldPath?: string,
) => void;

/** What the pods of one node share: the kubelet's options, its caches and its ways of speaking. */
export interface NodeContext extends KubeletOptions {
  readonly epochMs: number;
  readonly puller: ImagePuller;
  readonly event: PodEvent;
  /** Whether the kubelet runs: while it does not, its containers go on and nobody looks after them. */
  active(): boolean;
  /** RFC 3339 of the virtual instant now. */
  timestamp(): string;
  readonly allocatable: Readonly<Record<string, string>>;
  /** ConfigMaps and Secrets as they are, and the variables of the Services; `all` false: the API server's alone. */
  configMap(namespace: string, name: string): Readonly<Record<string, string>> | undefined;
  secret(namespace: string, name: string): Readonly<Record<string, string>> | undefined;
  serviceLinks(namespace: string, all: boolean): EnvironmentSources['serviceLinks'];
  hostPath(path: string): FileTree;
}
