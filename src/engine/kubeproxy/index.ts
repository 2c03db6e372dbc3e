export { renderJumpRules } from './iptables/jump-rules.ts';
export { type ProxyState, type RenderedIptables, renderIptables } from './iptables/render-iptables.ts';
export type { RuleOwner } from './iptables/rule.ts';
export { createRuleCache, type RuleCache } from './iptables/rule-cache.ts';
export {
  type HealthCheckAnswer,
  type KubeProxy,
  type KubeProxyOptions,
  startKubeProxy,
} from './kube-proxy.ts';
export type { LocalDetector, ProxyConfig } from './proxy-config.ts';
export { categorizeEndpoints, type NodeTopology, topologyModeFromHints } from './topology.ts';
