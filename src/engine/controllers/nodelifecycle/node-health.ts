import type { Condition, Node } from '../../api/index.ts';
import { type ControllerContext, nowMs, timestamp } from '../shared/context.ts';

const LEASES = 'kube-node-lease';
/** --node-monitor-period */
const MONITOR_MS = 5000;
/** --node-monitor-grace-period: so long may a node say nothing. */
const GRACE_MS = 50_000;
/** --node-startup-grace-period: and so long one that has never said anything. */
const STARTUP_GRACE_MS = 60_000;
/** What a silent kubelet leaves unknown; NetworkUnavailable is not its own to say. */
const OWN_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

interface Heard {
  readonly heartbeat: string | undefined;
  readonly renewed: string | undefined;
  readonly at: number;
}

/**
 * Every few seconds looks for nodes whose kubelet has neither renewed its Lease nor written its status for a while, and
 * says that nothing is known of them any more. Models monitorNodeHealth (pkg/controller/nodelifecycle, v1.36).
 *
 *   Ready ─ 50 s without a sign of life ─▶ Unknown ─ kubelet writes its status ─▶ Ready
 */
export function startNodeHealthMonitor(context: ControllerContext): () => void {
  const { api, clock, informers } = context;
  const nodes = informers.of('nodes');
  const leases = informers.of('leases');
  const heard = new Map<string, Heard>();
  let cancel = clock.after(MONITOR_MS, round, { background: true });

  function round(): void {
    for (const node of nodes.list()) look(node);
    cancel = clock.after(MONITOR_MS, round, { background: true });
  }

  function look(node: Node): void {
    const { name } = node.metadata;
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    const heartbeat = (ready as { lastHeartbeatTime?: string } | undefined)?.lastHeartbeatTime ?? undefined;
    const renewed = leases.get(LEASES, name)?.spec?.renewTime;
    const before = heard.get(name);
    const lives = !before || before.heartbeat !== heartbeat || before.renewed !== renewed;
    const at = lives ? nowMs(context) : before.at;
    heard.set(name, { heartbeat, renewed, at });
    if (nowMs(context) - at > (ready ? GRACE_MS : STARTUP_GRACE_MS)) forget(node);
  }

  function forget(node: Node): void {
    const current = api.get('nodes', '', node.metadata.name);
    if (!current.ok) return;
    const now = timestamp(context);
    const conditions = [...(current.object.status?.conditions ?? [])];
    for (const type of OWN_CONDITIONS) {
      const place = conditions.findIndex((condition) => condition.type === type);
      const known = conditions[place];
      if (known?.status === 'Unknown') continue;
      const unknown: Condition & { readonly lastHeartbeatTime?: string } = known
        ? {
            ...known,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: now,
          }
        : {
            type,
            status: 'Unknown',
            reason: 'NodeStatusNeverUpdated',
            message: 'Kubelet never posted node status.',
            lastHeartbeatTime: node.metadata.creationTimestamp ?? now,
            lastTransitionTime: now,
          };
      if (place < 0) conditions.push(unknown);
      else conditions[place] = unknown;
    }
    api.updateStatus('nodes', { ...current.object, status: { ...current.object.status, conditions } });
    heard.set(node.metadata.name, { ...heard.get(node.metadata.name)!, at: Number.POSITIVE_INFINITY });
  }

  return () => cancel();
}
