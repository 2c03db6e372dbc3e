import type { Image } from './image.ts';
import { agnhost } from './servers/agnhost.ts';
import { ealenEchoServer, echoServer } from './servers/echo-servers.ts';
import { entrypoint } from './servers/entrypoint.ts';
import { helloApp } from './servers/hello-app.ts';
import { httpEcho } from './servers/http-echo.ts';
import { APACHE_FILES, httpd } from './servers/httpd.ts';
import { NGINX_FILES, NGINX_VERSION, nginx } from './servers/nginx.ts';
import { python } from './servers/python.ts';
import { whoami } from './servers/whoami.ts';
import { BUSYBOX_TOOLS, DEBIAN_TOOLS } from './tools.ts';

function hello(version: string): Image {
  return {
    repositories: [
      'gcr.io/google-samples/hello-app',
      'us-docker.pkg.dev/google-samples/containers/gke/hello-app',
      'docker.io/library/hello',
      'docker.io/library/hello-app',
    ],
    tags: /^(latest|v?[12](\.0)?)$/,
    libc: 'musl',
    entrypoint: ['/hello-app'],
    cmd: [],
    env: { PORT: '8080' },
    ports: [8080],
    programs: { 'hello-app': helloApp(version) },
    tools: [],
    size: 9_724_148,
    about:
      'Google’s sample: says hello, its version and its hostname on port $PORT (8080). The deck’s `hello:1.0` is this one.',
  };
}

/** nginx as root on 80, or as nginxinc's unprivileged image on 8080. */
function nginxImage(repository: string, port: number, tools: readonly string[], libc: Image['libc']): Image {
  const conf = '/etc/nginx/conf.d/default.conf';
  return {
    repositories: [repository],
    libc,
    entrypoint: ['/docker-entrypoint.sh'],
    cmd: ['nginx', '-g', 'daemon off;'],
    env: { NGINX_VERSION },
    ports: [port],
    programs: { nginx, 'docker-entrypoint.sh': entrypoint('/docker-entrypoint.sh') },
    tools,
    files: { ...NGINX_FILES, [conf]: NGINX_FILES[conf]!.replace('80;', `${port};`) },
    size: 59_774_010,
    about: `Serves /usr/share/nginx/html on port ${port}; reads the server blocks of /etc/nginx/conf.d.`,
  };
}

function withAlpineVariant(image: Image): Image {
  return {
    ...image,
    variant: (tag) =>
      tag.includes('alpine')
        ? { ...image, libc: 'musl', tools: [...BUSYBOX_TOOLS, 'curl'], size: 22_447_552 }
        : image,
  };
}

export const WEB_IMAGES: readonly Image[] = [
  { ...hello('1.0.0'), variant: (tag) => hello(/^v?2/.test(tag) ? '2.0.0' : '1.0.0') },
  withAlpineVariant(nginxImage('docker.io/library/nginx', 80, [...DEBIAN_TOOLS, 'curl', 'openssl'], 'glibc')),
  withAlpineVariant(
    nginxImage('docker.io/nginxinc/nginx-unprivileged', 8080, [...DEBIAN_TOOLS, 'curl'], 'glibc'),
  ),
  withAlpineVariant({
    repositories: ['docker.io/library/httpd'],
    libc: 'glibc',
    entrypoint: [],
    cmd: ['httpd-foreground'],
    workingDirectory: '/usr/local/apache2',
    ports: [80],
    programs: { 'httpd-foreground': httpd, httpd },
    tools: DEBIAN_TOOLS,
    files: APACHE_FILES,
    size: 45_098_240,
    about: 'Apache: serves /usr/local/apache2/htdocs on port 80 (“It works!”).',
  }),
  {
    repositories: ['docker.io/hashicorp/http-echo'],
    libc: 'musl',
    entrypoint: ['/http-echo'],
    cmd: [],
    ports: [5678],
    programs: { 'http-echo': httpEcho },
    tools: [],
    size: 3_091_123,
    about: 'Answers every request with the text of -text (or $ECHO_TEXT), on -listen (:5678).',
  },
  {
    repositories: ['registry.k8s.io/e2e-test-images/agnhost'],
    libc: 'musl',
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    ports: [],
    programs: { agnhost },
    tools: [...BUSYBOX_TOOLS, 'curl', 'dig', 'iperf', 'netcat'],
    size: 53_921_024,
    about:
      'Kubernetes’ own test server: netexec (HTTP and UDP 8080), serve-hostname (9376), porter, connect, grpc-health-checking, pause.',
  },
  {
    repositories: ['docker.io/traefik/whoami', 'docker.io/containous/whoami'],
    libc: 'musl',
    entrypoint: ['/whoami'],
    cmd: [],
    ports: [80],
    programs: { whoami },
    tools: [],
    size: 3_015_402,
    about: 'Tells who answered and what the request looked like, on -port ($WHOAMI_PORT_NUMBER, 80).',
  },
  {
    repositories: ['docker.io/ealen/echo-server'],
    libc: 'musl',
    entrypoint: [],
    cmd: ['node', 'webserver'],
    env: { PORT: '80' },
    ports: [80],
    programs: { node: ealenEchoServer },
    tools: [],
    size: 38_112_256,
    about: 'Answers with the request and the host as JSON, on $PORT (80).',
  },
  {
    repositories: [
      'registry.k8s.io/echoserver',
      'k8s.gcr.io/echoserver',
      'gcr.io/google_containers/echoserver',
      'gcr.io/google-containers/echoserver',
    ],
    libc: 'glibc',
    entrypoint: [],
    cmd: ['/usr/local/bin/run.sh'],
    ports: [8080, 8443],
    programs: { 'run.sh': echoServer },
    tools: [...DEBIAN_TOOLS, 'curl'],
    size: 45_369_344,
    about: 'Answers with the request as text, on port 8080.',
  },
  withAlpineVariant({
    repositories: ['docker.io/library/python'],
    libc: 'glibc',
    entrypoint: [],
    cmd: ['python3'],
    ports: [],
    programs: { python, python3: python },
    tools: [...DEBIAN_TOOLS, 'curl', 'wget'],
    size: 365_000_000,
    about: 'Python: `python -m http.server PORT` serves files; other programs end at once.',
  }),
];
