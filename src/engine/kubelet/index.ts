export type { LogLine } from './container-log.ts';
export { apiServerImage, createImageTable } from './images/index.ts';
export { type AttachResult, type Kubelet, type KubeletService, startKubelet } from './kubelet.ts';
export type { PodNetwork } from './options.ts';
export { podDns } from './pod-resolv-conf.ts';
