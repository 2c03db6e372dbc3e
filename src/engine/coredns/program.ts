import type { Clock, Random } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import { type Process, type Program, sleep, UNTIL_TERMINATED } from '../libc/index.ts';
import { parseCorefile } from './corefile.ts';
import type { RunningPlugin, Setup } from './plugin.ts';
import { type PluginHost, plugins } from './plugins/index.ts';
import { listen, type RunningBlock } from './server.ts';

export interface CoreDnsOptions {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly random: Random;
}

const VERSION = '1.14.2';
/** How often it looks whether the API server has told everything, and how long it waits for that before it serves anyway. */
const SYNC_CHECK_MS = 100;
const SYNC_TIMEOUT_MS = 5000;

/** Everything that follows from one reading of the Corefile. */
interface Instance {
  readonly text: string;
  readonly blocks: readonly RunningBlock[];
  readonly running: readonly { readonly name: string; readonly running: RunningPlugin }[];
}

/**
 * CoreDNS as a container's program: `/coredns -conf /etc/coredns/Corefile`. Reads the Corefile, sets up the plugins
 * of each server block in their fixed order, waits for the API server, and serves UDP and TCP.
 */
export function coreDnsProgram(options: CoreDnsOptions): Program {
  return function* (process) {
    const { arguments: words } = process;
    const at = words.findIndex((word) => word === '-conf' || word === '--conf');
    const path = at >= 0 ? (words[at + 1] ?? 'Corefile') : 'Corefile';
    const write = (level: string, text: string) => process.stdout(`[${level}] ${text}\n`);
    let current: Instance | undefined;
    let failure: string | undefined;

    const host: PluginHost = {
      api: options.api,
      clock: options.clock,
      running: () => current?.running ?? [],
      reload() {
        const text = process.readFile(path);
        if (text === undefined || text === current?.text) return;
        write('INFO', 'Reloading');
        const before = current;
        // The old one's sockets (health, ready) make room for the new one's.
        stop(before);
        const next = start(text);
        if (typeof next === 'string') {
          write('ERROR', `Restart failed: ${next}`);
          const again = before && start(before.text);
          current = typeof again === 'string' ? undefined : again;
          return;
        }
        current = next;
        openSockets(next);
        write('INFO', 'Reloading complete');
      },
    };

    function start(text: string): Instance | string {
      return makeInstance(text, path, host, process, options.random.fork(process.hostname), (reason) => {
        failure = reason;
      });
    }

    const open = new Set<number>();
    function openSockets(instance: Instance): string | undefined {
      for (const port of new Set(instance.blocks.map(({ block }) => block.port))) {
        if (open.has(port)) continue;
        if (listen(process, port, () => current?.blocks ?? []))
          return `listen tcp :${port}: bind: address already in use`;
        open.add(port);
      }
      for (const { running } of instance.running) running.started?.();
      return undefined;
    }

    const text = process.readFile(path) ?? '.:53 {\n    whoami\n    log\n}\n';
    const first = start(text);
    if (typeof first === 'string') {
      process.stdout(`${first}\n`);
      return 1;
    }
    current = first;
    try {
      for (let waited = 0; waited < SYNC_TIMEOUT_MS && !isSynced(first); waited += SYNC_CHECK_MS)
        yield sleep(SYNC_CHECK_MS);
      if (!isSynced(first))
        write('WARNING', 'plugin/kubernetes: starting server with unsynced Kubernetes API');
      for (const { block } of first.blocks)
        for (const zone of block.zones) process.stdout(`${zone}:${block.port}\n`);
      process.stdout(`CoreDNS-${VERSION}\nlinux/amd64, go1.25.6, b7c6f1a\n`);
      const problem = openSockets(first);
      if (problem) {
        process.stdout(`${problem}\n`);
        return 1;
      }
      if (failure !== undefined) {
        write('FATAL', failure);
        return 1;
      }
      yield UNTIL_TERMINATED;
      write('INFO', 'SIGTERM: Shutting down servers then terminating');
      const lameduckMs = Math.max(0, ...current.running.map(({ running }) => running.lameduckMs ?? 0));
      if (lameduckMs > 0) {
        write('INFO', `plugin/health: Going into lameduck mode for ${lameduckMs / 1000}s`);
        yield sleep(lameduckMs);
      }
      return 0;
    } finally {
      stop(current);
    }
  };
}

function isSynced(instance: Instance): boolean {
  return instance.running.every(({ running }) => running.ready?.() ?? true);
}

function stop(instance: Instance | undefined): void {
  for (const { running } of instance?.running ?? []) running.stop?.();
}

function makeInstance(
  text: string,
  path: string,
  host: PluginHost,
  process: Process,
  random: Random,
  fatal: (reason: string) => void,
): Instance | string {
  const known = plugins(host);
  const parsed = parseCorefile(text, path, new Set(known.map(({ name }) => name)));
  if (!parsed.ok) return parsed.message;
  const blocks: RunningBlock[] = [];
  const running: { name: string; running: RunningPlugin }[] = [];
  for (const block of parsed.blocks) {
    const own: RunningPlugin[] = [];
    for (const plugin of known) {
      for (const directive of block.directives.filter(({ name }) => name === plugin.name)) {
        const setup: Setup = {
          directive,
          zones: block.zones,
          port: block.port,
          process,
          log: (level, message) => process.stdout(`[${level}] ${message}\n`),
          random: () => random.next(),
          fatal,
        };
        const made = plugin.setup(setup);
        if (typeof made === 'string') {
          for (const each of running) each.running.stop?.();
          return `${path}:${directive.line} - Error during parsing: ${made}`;
        }
        own.push(made);
        running.push({ name: plugin.name, running: made });
      }
    }
    blocks.push({ block, handlers: own.flatMap(({ handler }) => handler ?? []) });
  }
  return { text, blocks, running };
}
