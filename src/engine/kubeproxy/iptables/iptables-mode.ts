import type { ProxyConfig } from '../proxy-config.ts';
import type { ProxyMode } from '../proxy-mode.ts';
import { usesLocalhostNodePorts } from './base-rules.ts';
import { renderJumpRules } from './jump-rules.ts';
import { createIptablesRenderer } from './renderer.ts';
import type { RuleCache } from './rule-cache.ts';

export interface IptablesModeOptions extends ProxyConfig {
  /**
   * `iptables-restore --noflush` in the node's network namespace. Must not fail: the text is our own. It comes in pieces
   * of whole lines; those that did not change since the last text are the same strings.
   */
  readonly restore: (pieces: readonly string[]) => void;
  /** `sysctl -w`, for net.ipv4.conf.all.route_localnet. */
  readonly sysctl?: (name: string, value: string) => void;
}

export function createIptablesMode(options: IptablesModeOptions, cache: RuleCache): ProxyMode {
  const renderer = createIptablesRenderer(options, cache);
  if (usesLocalhostNodePorts(options)) options.sysctl?.('net.ipv4.conf.all.route_localnet', '1');
  options.restore([renderJumpRules()]);
  return {
    update: renderer.update,
    setZone: renderer.setZone,
    setServiceCIDRs: () => false,
    sync: (step) => options.restore(renderer.render({ step })),
    ownersOf: renderer.ownersOf,
    ports: renderer.ports,
  };
}
