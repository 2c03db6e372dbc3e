import { instant } from '../../libc/index.ts';
import type { Image } from './image.ts';
import { curl } from './programs/curl.ts';
import { sh } from './programs/sh.ts';
import { busyboxHttpd } from './servers/busybox-httpd.ts';
import { BUSYBOX_TOOLS, DEBIAN_TOOLS, NETSHOOT_TOOLS } from './tools.ts';

/** Images to work in. Without a terminal their shells have nothing to read, and end at once: hence the CrashLoopBackOff. */
export const TOOL_IMAGES: readonly Image[] = [
  {
    repositories: [
      'docker.io/library/busybox',
      'gcr.io/google-containers/busybox',
      'registry.k8s.io/e2e-test-images/busybox',
      'registry.k8s.io/busybox',
    ],
    libc: 'glibc',
    entrypoint: [],
    cmd: ['sh'],
    ports: [],
    programs: { httpd: busyboxHttpd },
    tools: [...BUSYBOX_TOOLS, 'httpd'],
    size: 2_223_685,
    variant: (tag) => ({ ...TOOL_IMAGES[0]!, libc: tag.includes('musl') ? 'musl' : 'glibc' }),
    about: 'busybox: sh and the usual small tools (ping, nslookup, wget, nc, ip …).',
  },
  {
    repositories: ['docker.io/library/alpine'],
    libc: 'musl',
    entrypoint: [],
    cmd: ['/bin/sh'],
    ports: [],
    programs: {},
    tools: BUSYBOX_TOOLS,
    size: 3_803_452,
    about: 'Alpine: busybox tools on musl, whose resolver behaves in its own way.',
  },
  {
    repositories: ['docker.io/curlimages/curl', 'quay.io/curl/curl'],
    libc: 'musl',
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    ports: [],
    programs: {
      // Its entrypoint runs curl with the arguments, or the arguments themselves when they are a program.
      'entrypoint.sh': function* (process) {
        const [name = 'curl', ...rest] = process.arguments.slice(1);
        const program = name.startsWith('-') || name.includes('://') ? undefined : process.find(name);
        if (program) return yield* program(process.child({ arguments: [name, ...rest] }));
        return yield* curl(process.child({ arguments: ['curl', ...process.arguments.slice(1)] }));
      },
    },
    tools: [...BUSYBOX_TOOLS, 'curl'],
    size: 11_034_624,
    about: 'curl on Alpine; runs curl with the container’s arguments.',
  },
  {
    repositories: ['docker.io/nicolaka/netshoot', 'ghcr.io/nicolaka/netshoot'],
    libc: 'musl',
    entrypoint: [],
    cmd: ['zsh'],
    ports: [],
    programs: { zsh: instant(() => 0) },
    tools: NETSHOOT_TOOLS,
    size: 203_162_624,
    about: 'Every network tool at once: dig, tcpdump, traceroute, iperf, ss …',
  },
  {
    repositories: [
      'registry.k8s.io/e2e-test-images/jessie-dnsutils',
      'registry.k8s.io/e2e-test-images/dnsutils',
      'docker.io/tutum/dnsutils',
    ],
    libc: 'glibc',
    entrypoint: [],
    cmd: ['/bin/sh'],
    ports: [],
    programs: {},
    tools: [...DEBIAN_TOOLS, 'curl', 'dig', 'host', 'nslookup', 'ping'],
    size: 118_214_656,
    about: 'dig, nslookup and host on Debian, as the Kubernetes documentation uses it.',
  },
  {
    repositories: ['docker.io/library/ubuntu', 'docker.io/library/debian'],
    libc: 'glibc',
    entrypoint: [],
    cmd: ['/bin/bash'],
    ports: [],
    programs: { bash: sh },
    tools: DEBIAN_TOOLS,
    size: 29_536_818,
    about: 'A bare distribution: bash and coreutils, no network tools.',
  },
];
