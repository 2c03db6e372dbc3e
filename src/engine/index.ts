export * from './api/index.ts';
export * from './apimachinery/index.ts';
export type {
  ApiClient,
  ApiResult,
  DeleteOptions,
  ListOptions,
  PatchType,
  WatchEvent,
  WriteOptions,
} from './apiserver/index.ts';
export { listError } from './apiserver/index.ts';
export { type Cluster, createCluster } from './cluster.ts';
export type { ClusterOptions, NodeOptions } from './cluster-options.ts';
export type { ClusterView, NodeView, PodView, ServiceView } from './cluster-view.ts';
export type { ExecutionContext } from './execution.ts';
export * from './libc/index.ts';
export type * from './linux/index.ts';
export { capture, packetSize, realName, toShellScript } from './linux/index.ts';
export type { Message } from './message.ts';
export { loadSchemaDocs, type SchemaDocs } from './schema-docs.ts';
export type { Observation, Station } from './traceflow/index.ts';
export * from './x509/index.ts';
