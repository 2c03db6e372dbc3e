import type { Image } from './image.ts';
import { componentServer, etcd, kubeApiserver } from './servers/control-plane.ts';

function component(name: string, size: number, program: Image['programs'][string]): Image {
  return {
    repositories: [`registry.k8s.io/${name}`],
    libc: 'glibc',
    entrypoint: [`/usr/local/bin/${name}`],
    cmd: [],
    ports: [],
    programs: { [name]: program },
    tools: [],
    size,
    about: `The sockets of ${name}; its work is done by the engine's own component of that name.`,
  };
}

/** The API server's image, which shows this chain of certificates, in DER. */
export function apiServerImage(chain: () => readonly Uint8Array[]): Image {
  return component('kube-apiserver', 27_073_382, kubeApiserver(chain));
}

/** The static pods of the control plane and kube-proxy: what they listen on. The API server is not among them: its certificates are the cluster's. */
export const CONTROL_PLANE_IMAGES: readonly Image[] = [
  component('etcd', 23_641_797, etcd),
  component(
    'kube-controller-manager',
    22_819_719,
    componentServer([{ address: '127.0.0.1', port: 10257, tls: true }]),
  ),
  component(
    'kube-scheduler',
    17_382_979,
    componentServer([{ address: '127.0.0.1', port: 10259, tls: true }]),
  ),
  component(
    'kube-proxy',
    25_963_701,
    componentServer([
      { address: '0.0.0.0', port: 10256 },
      { address: '127.0.0.1', port: 10249 },
    ]),
  ),
];
