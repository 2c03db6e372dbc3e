import type { Clock, Random } from '../apimachinery/index.ts';
import { type ApiClient, createEventRecorder } from '../apiserver/index.ts';
import {
  httpPayload,
  httpRequestOf,
  httpResponse,
  type Process,
  type Program,
  UNTIL_TERMINATED,
} from '../libc/index.ts';
import { createBalancer } from './balancer.ts';
import { buildConfiguration } from './build-configuration.ts';
import { type Configuration, type ControllerMessage, DEFAULT_BACKEND_PORT } from './configuration.ts';
import { fakeCertificate } from './fake-certificate.ts';
import { parseFlags } from './flags.ts';
import { klogLine } from './log-lines.ts';
import { renderNginxConf } from './nginx-conf.ts';
import { defaultBackendPage } from './pages.ts';
import { selectIngresses } from './select-ingresses.ts';
import { serve } from './serve.ts';
import { runningAddresses, updateStatus } from './status.ts';
import { watchObjects } from './watch-objects.ts';

export interface IngressNginxOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
}

/** --sync-rate-limit is 0.3 a second. */
const SYNC_INTERVAL_MS = 3333;
/** The status is looked after once a minute (internal/ingress/status UpdateInterval). */
const STATUS_INTERVAL_MS = 60_000;
const CONFIGURATION_FILE = '/etc/nginx/nginx.conf';

/**
 * ingress-nginx v1.15 as a container's program: `/nginx-ingress-controller --publish-service=…`. The project was
 * retired in March 2026; what it does is still what most clusters' Ingresses mean.
 *
 *   watches ─▶ configuration ─▶ nginx.conf
 *                    └──▶ 80, 443: request ─▶ route ─▶ endpoint of a pod (not the ClusterIP)
 *                    └──▶ every minute: the address of its Service into status.loadBalancer
 */
export function ingressNginxProgram({ api, clock, random }: IngressNginxOptions): Program {
  return function* (process) {
    const flags = parseFlags(process.arguments);
    const draws = random.fork(process.hostname);
    const fake = fakeCertificate(process.date(), random.fork(`${process.hostname} certificate`).next);
    const pod = {
      namespace: process.env.POD_NAMESPACE ?? 'default',
      name: process.env.POD_NAME ?? process.hostname,
    };
    const log = (message: ControllerMessage) => process.stderr(klogLine(message, process.date()));
    const record = createEventRecorder({
      client: api,
      clock,
      epochMs: process.date() - process.now(),
      component: 'nginx-ingress-controller',
    });
    const balancer = createBalancer({ random: draws.next, date: process.date });
    let configuration: Configuration | undefined;
    let text: string | undefined;
    let said = new Set<string>();
    let syncedMs = Number.NEGATIVE_INFINITY;
    let cancelSync: (() => void) | undefined;
    let cancelStatus: (() => void) | undefined;

    process.stdout(BANNER);
    const watched = watchObjects(api, {
      namespace: flags.watchNamespace,
      defaultBackendService: flags.defaultBackendService,
      changed() {
        cancelSync ??= clock.after(Math.max(0, syncedMs + SYNC_INTERVAL_MS - clock.now()), sync);
      },
      ingressChanged(ingress) {
        const { selected } = selectIngresses([ingress], api.list('ingressclasses'), flags.classes);
        if (selected.length > 0) record(ingress, 'Normal', 'Sync', 'Scheduled for sync');
      },
    });

    const build = () => buildConfiguration({ ...watched.objects(), now: process.date() }, flags.classes);

    function sync(): void {
      cancelSync = undefined;
      syncedMs = clock.now();
      configuration = build();
      for (const message of configuration.messages) if (!said.has(message.text)) log(message);
      said = new Set(configuration.messages.map((message) => message.text));
      const written = renderNginxConf(configuration, flags);
      if (written === text) return;
      log({
        level: 'I',
        at: 'controller.go:214',
        text: '"Configuration changes detected, backend reload required"',
      });
      process.writeFile(CONFIGURATION_FILE, written);
      text = written;
      log({ level: 'I', at: 'controller.go:231', text: '"Backend successfully reloaded"' });
    }

    function keepStatus(): void {
      const addresses = runningAddresses({ api, publishService: flags.publishService, pod });
      updateStatus(api, configuration?.ingresses ?? [], addresses);
      cancelStatus = clock.after(STATUS_INTERVAL_MS, keepStatus, { background: true });
    }

    const ready = () => configuration !== undefined;
    const current = () => configuration ?? build();
    const ports = { http: flags.httpPort, https: flags.httpsPort };
    const base = { process, balancer, fake, random: draws.next, configuration: current, ports };
    try {
      const taken = openSockets(process, [
        [flags.httpPort, '0.0.0.0', (incoming) => serve({ ...base, secure: false }, incoming)],
        [flags.httpsPort, '0.0.0.0', (incoming) => serve({ ...base, secure: true }, incoming)],
        [
          DEFAULT_BACKEND_PORT,
          '127.0.0.1',
          ({ payload }) => ({ payload: httpPayload(defaultBackendPage(httpRequestOf(payload))) }),
        ],
        [flags.healthPort, '0.0.0.0', ({ payload }) => health(httpRequestOf(payload)?.path, ready())],
      ]);
      if (taken !== undefined) {
        log({
          level: 'E',
          at: 'main.go:69',
          text: `Port ${taken} is already in use. Please check the flag --http-port`,
        });
        return 255;
      }
      cancelSync ??= clock.after(0, sync);
      cancelStatus = clock.after(0, keepStatus);
      yield UNTIL_TERMINATED;
      log({ level: 'I', at: 'sigterm.go:36', text: '"Received SIGTERM, shutting down"' });
      if (isLast(api, pod)) updateStatus(api, configuration?.ingresses ?? [], []);
      log({ level: 'I', at: 'sigterm.go:47', text: 'Exiting code=0' });
      return 0;
    } finally {
      cancelSync?.();
      cancelStatus?.();
      watched.stop();
    }
  };
}

const LINE = '-'.repeat(79);
const BANNER = `${LINE}
NGINX Ingress controller
  Release:       v1.15.1
  Build:         dbb11b92ddb77bee9c35e462479129354c84f939
  Repository:    https://github.com/kubernetes/ingress-nginx
  nginx version: nginx/1.27.1

${LINE}

`;

type Handler = Parameters<Process['listen']>[0]['handler'];

/** Answers the port that is taken, if one is. */
function openSockets(
  process: Process,
  sockets: readonly (readonly [port: number, address: string, handler: Handler])[],
): number | undefined {
  return sockets.find(
    ([port, address, handler]) => !process.listen({ protocol: 'tcp', address, port, handler }).ok,
  )?.[0];
}

function health(path: string | undefined, ready: boolean): ReturnType<Handler> {
  if (path === undefined) return {};
  const plain = [{ name: 'Content-Type', value: 'text/plain; charset=utf-8' }];
  if (path.split('?', 1)[0] !== '/healthz')
    return { payload: httpPayload(httpResponse(404, plain, '404 page not found\n')) };
  return {
    payload: httpPayload(ready ? httpResponse(200, plain, 'ok') : httpResponse(500, plain, 'not ready')),
  };
}

/** Whether no other pod of this controller is left to look after the status. */
function isLast(
  api: ApiClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): boolean {
  const self = api.get('pods', namespace, name);
  const owner = self.ok ? self.object.metadata.ownerReferences?.[0]?.uid : undefined;
  const isBrother = (uid: string | undefined) => owner !== undefined && uid === owner;
  return (
    api
      .list('pods', { namespace })
      .filter(({ metadata }) => metadata.name !== name && isBrother(metadata.ownerReferences?.[0]?.uid))
      .length === 0
  );
}
