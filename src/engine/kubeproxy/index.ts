export { renderJumpRules } from './iptables/jump-rules.ts';
export { renderIptables } from './iptables/render-iptables.ts';
export { createRuleCache } from './iptables/rule-cache.ts';
export { type KubeProxy, type ProxyModeName, startKubeProxy } from './kube-proxy.ts';
export { renderNftables } from './nftables/render-nftables.ts';
export type { ProxyConfig } from './proxy-config.ts';
export type { RulePurpose } from './rule.ts';
export { createServiceTracker } from './service-tracker.ts';
export { categorizeEndpoints, topologyModeFromHints } from './topology.ts';
