export {
  createImageTable,
  type Image,
  type ImageTable,
  KNOWN_IMAGES,
  type PullResult,
  parseImageReference,
} from './images/index.ts';
export { type ExecResult, type Kubelet, startKubelet } from './kubelet.ts';
export type { KubeletOptions, PodNetwork, SandboxNetwork } from './options.ts';
export { type PodDns, type PodDnsOptions, podDns } from './pod-resolv-conf.ts';
