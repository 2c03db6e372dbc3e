export { apiServerImage, createImageTable } from './images/index.ts';
export { type Kubelet, startKubelet } from './kubelet.ts';
export type { PodNetwork } from './options.ts';
export { podDns } from './pod-resolv-conf.ts';
