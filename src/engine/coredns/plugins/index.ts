import type { Clock } from '../../apimachinery/index.ts';
import type { ApiClient } from '../../apiserver/index.ts';
import type { Plugin, RunningPlugin } from '../plugin.ts';
import { cache } from './cache.ts';
import { errors } from './errors.ts';
import { forward } from './forward.ts';
import { health } from './health.ts';
import { hosts } from './hosts.ts';
import { kubernetesPlugin } from './kubernetes.ts';
import { loadbalance } from './loadbalance.ts';
import { log } from './log.ts';
import { loop } from './loop.ts';
import { prometheus } from './prometheus.ts';
import { readyPlugin } from './ready.ts';
import { reloadPlugin } from './reload.ts';
import { rewrite } from './rewrite.ts';
import { whoami } from './whoami.ts';

/** What the plugins need of the server that they are in. */
export interface PluginHost {
  readonly api: ApiClient;
  readonly clock: Clock;
  /** Reads the Corefile again. */
  readonly reload: () => void;
  readonly running: () => readonly { readonly name: string; readonly running: RunningPlugin }[];
}

/**
 * Every plugin, in the order in which a query meets them: the order of the Corefile does not matter (plugin.cfg,
 * CoreDNS 1.14).
 */
export function plugins(host: PluginHost): readonly Plugin[] {
  return [
    reloadPlugin(host.reload),
    readyPlugin(host.running),
    health,
    prometheus,
    errors,
    log,
    loadbalance,
    cache,
    rewrite,
    hosts,
    kubernetesPlugin(host.api, host.clock),
    loop,
    forward,
    whoami,
  ];
}
