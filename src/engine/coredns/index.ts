export type { AnswerOptions } from './kubernetes/answer.ts';
export type { ClusterData, EndpointsData, ServiceData } from './kubernetes/cluster-data.ts';
export { NO_PORTS } from './kubernetes/cluster-data.ts';
export { nameServer } from './name-server.ts';
export { OUTSIDE_ZONE } from './outside-zone.ts';
export type { Query, Reply } from './plugin.ts';
export { kubernetesHandler } from './plugins/kubernetes.ts';
export { coreDnsProgram } from './program.ts';
