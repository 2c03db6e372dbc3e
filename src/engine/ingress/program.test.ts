import { expect, test } from 'vitest';
import { createRandom } from '../apimachinery/index.ts';
import { createCluster } from '../cluster.ts';
import {
  httpPayload,
  httpRequest,
  httpResponseOf,
  overTls,
  type Process,
  type ServerHello,
} from '../libc/index.ts';
import { attributeOf, readCertificate } from '../x509/index.ts';
import { ingressNginxProgram } from './program.ts';

const labels = { app: 'hello' };

/** A cluster with two hello pods, their Service and an Ingress, and the controller run in a pod of its own. */
function createShop() {
  const cluster = createCluster();
  const create: typeof cluster.api.create = (resource, object) => {
    const result = cluster.api.create(resource, object);
    if (!result.ok) throw new Error(result.status.message);
    return result;
  };
  const container = {
    name: 'main',
    image: 'gcr.io/google-samples/hello-app:1.0',
    ports: [{ containerPort: 8080 }],
  };
  create('deployments', {
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  });
  create('services', {
    metadata: { name: 'hello', namespace: 'default' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  });
  create('pods', {
    metadata: { name: 'controller', namespace: 'default' },
    spec: {
      containers: [{ name: 'main', image: 'nicolaka/netshoot:v0.13', command: ['sleep', 'infinity'] }],
    },
  });
  create('ingressclasses', { metadata: { name: 'nginx' }, spec: { controller: 'k8s.io/ingress-nginx' } });
  create('ingresses', {
    metadata: { name: 'shop', namespace: 'default' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'hello', port: { number: 80 } } },
              },
            ],
          },
        },
      ],
    },
  });
  cluster.settle();
  const output: string[] = [];
  const files = new Map<string, string>();
  const { clock, network, api } = cluster;
  const process = {
    arguments: ['/nginx-ingress-controller', '--publish-service=default/hello'],
    env: { POD_NAMESPACE: 'default', POD_NAME: 'controller' },
    hostname: 'controller',
    now: clock.now,
    date: clock.now,
    stdout: (text: string) => output.push(text),
    stderr: (text: string) => output.push(text),
    writeFile: (path: string, text: string) => Boolean(files.set(path, text)),
    listen: (options: object) =>
      network.listen('default/controller', { ...options, process: 'nginx' } as Parameters<
        typeof network.listen
      >[1]),
  } as unknown as Process;
  const running = ingressNginxProgram({ api, clock, random: createRandom(1) })(process);
  running.next();
  cluster.settle();
  const pod = api.get('pods', 'default', 'controller');
  const address = (pod.ok && pod.object.status?.podIP) || '';
  const greeted: ServerHello[] = [];
  const get = (host: string, path: string, port = 80) => {
    const headers = [{ name: 'Host', value: host }];
    return network.request({
      netns: 'node-1',
      process: 'curl',
      protocol: 'tcp',
      destination: { address, port },
      ...(port === 443
        ? overTls({ serverName: host, protocols: ['h2'] }, (hello) => {
            greeted.push(hello);
            return httpRequest({ path, headers, version: '2', tls: { serverName: host } });
          })
        : { payload: httpPayload(httpRequest({ path, headers })) }),
    });
  };
  return { cluster, get, files, output, running, greeted };
}

test('a request goes to a pod itself, its exchange nested under that of the client, and is logged', () => {
  const { get, output, files } = createShop();
  const exchange = get('shop.example', '/');
  const response = exchange.outcome.kind === 'replied' ? httpResponseOf(exchange.outcome.payload) : undefined;
  expect(response?.status).toBe(200);
  expect(response?.body).toContain('Hello, world!');
  expect(exchange.caused).toHaveLength(1);
  expect(exchange.caused[0]?.destination.port).toBe(8080);
  expect(output.at(-1)).toMatch(
    /"GET \/ HTTP\/1\.1" 200 .*\[default-hello-80\] \[\] 100\.96\.\d+\.\d+:8080 /,
  );
  expect(files.get('/etc/nginx/nginx.conf')).toContain('server_name "shop.example";');
});

test('another host gets the default backend, TLS shows the fake certificate, and its Ingress an address', () => {
  const { get, cluster, running, greeted } = createShop();
  const other = get('other.example', '/');
  expect(other.outcome.kind === 'replied' && httpResponseOf(other.outcome.payload)?.status).toBe(404);
  const secure = get('shop.example', '/', 443);
  const response = secure.outcome.kind === 'replied' ? httpResponseOf(secure.outcome.payload) : undefined;
  expect(response).toMatchObject({ status: 200, version: '2' });
  expect(greeted.map(({ chain }) => attributeOf(readCertificate(chain[0]!)!.issuer, 'CN'))).toEqual([
    'Kubernetes Ingress Controller Fake Certificate',
  ]);
  const address = () => {
    const found = cluster.api.get('ingresses', 'default', 'shop');
    return found.ok ? found.object.status?.loadBalancer?.ingress : undefined;
  };
  const service = cluster.api.get('services', 'default', 'hello');
  expect(address()).toEqual([{ ip: service.ok && service.object.spec.clusterIP }]);
  running.next();
  expect(address() ?? []).toEqual([]);
});

test('a Service without ready endpoints is answered with 503', () => {
  const { get, cluster } = createShop();
  cluster.api.patch('deployments', 'default', 'hello', 'merge', { spec: { replicas: 0 } });
  cluster.settle();
  const exchange = get('shop.example', '/');
  expect(exchange.outcome.kind === 'replied' && httpResponseOf(exchange.outcome.payload)?.status).toBe(503);
});
