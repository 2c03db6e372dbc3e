import type { Condition, ServiceCIDR } from '../../api/index.ts';
import {
  type Prefix,
  parseCIDR,
  parseIPSloppy,
  parseTimestamp,
  prefixContains,
} from '../../apimachinery/index.ts';
import { createWorkQueue } from '../../apiserver/index.ts';
import { type Controller, type ControllerContext, nowMs, timestamp } from '../shared/context.ts';

const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
/** The allocators hear of a deletion a little later: nothing new may come from the range in the meantime. */
const DELETION_GRACE_MS = 10_000;
const READY: Condition = {
  type: 'Ready',
  status: 'True',
  reason: '',
  message: 'Kubernetes Service CIDR is ready',
};
const IN_USE: Condition = {
  type: 'Ready',
  status: 'False',
  reason: 'Terminating',
  message:
    'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
};

/**
 * Keeps a ServiceCIDR as long as a Service has an address of it that no other one holds.
 * Models the service CIDRs controller (pkg/controller/servicecidrs, v1.36).
 */
export function startServiceCIDRController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const cidrs = informers.of('servicecidrs');
  const addresses = informers.of('ipaddresses');
  const queue = createWorkQueue({ clock, reconcile });
  const wake = () => {
    for (const { metadata } of cidrs.list()) queue.add(metadata.name);
  };
  cidrs.subscribe({ added: wake, updated: wake, deleted: wake });
  addresses.subscribe({
    deleted() {
      for (const { metadata } of cidrs.list()) if (metadata.deletionTimestamp) queue.add(metadata.name);
    },
  });

  function reconcile(name: string): void {
    const current = api.get('servicecidrs', '', name);
    if (!current.ok) return;
    const cidr = current.object;
    const { deletionTimestamp, finalizers = [] } = cidr.metadata;
    if (deletionTimestamp === undefined) {
      if (!finalizers.includes(FINALIZER))
        api.patch('servicecidrs', '', name, 'strategic', { metadata: { finalizers: [FINALIZER] } });
      setCondition(name, READY);
      return;
    }
    if (isInUse(cidr)) {
      setCondition(name, IN_USE);
      return;
    }
    const left = DELETION_GRACE_MS - (nowMs(context) - (parseTimestamp(deletionTimestamp) ?? 0));
    if (left > 0) {
      queue.addAfter(name, left);
      return;
    }
    const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    if (others.length < finalizers.length)
      api.patch('servicecidrs', '', name, 'merge', { metadata: { finalizers: others } });
  }

  function setCondition(name: string, wanted: Condition): void {
    const current = api.get('servicecidrs', '', name);
    if (!current.ok) return;
    const conditions = current.object.status?.conditions ?? [];
    const before = conditions.find(({ type }) => type === wanted.type);
    if (before?.status === wanted.status && before.reason === wanted.reason) return;
    const others = conditions.filter(({ type }) => type !== wanted.type);
    api.updateStatus('servicecidrs', {
      ...current.object,
      status: { conditions: [...others, { ...wanted, lastTransitionTime: timestamp(context) }] },
    });
  }

  /** An address would be left without a range if this one went. */
  function isInUse({ metadata, spec }: ServiceCIDR): boolean {
    const others = cidrs
      .list()
      .filter((other) => other.metadata.name !== metadata.name)
      .flatMap(prefixesOf);
    const own = prefixesOf({ spec });
    if (own.every((prefix) => others.some((other) => holds(other, prefix)))) return false;
    return addresses.list().some((address) => {
      const ip = parseIPSloppy(address.metadata.name);
      if (!ip) return false;
      const inside = (prefix: Prefix) => prefix.address.family === ip.family && prefixContains(prefix, ip);
      return own.some(inside) && !others.some(inside);
    });
  }

  return { stop: () => queue.stop() };
}

function prefixesOf({ spec }: Pick<ServiceCIDR, 'spec'>): Prefix[] {
  return (spec?.cidrs ?? []).flatMap((text) => parseCIDR(text) ?? []);
}

function holds(outer: Prefix, inner: Prefix): boolean {
  return (
    outer.address.family === inner.address.family &&
    outer.length <= inner.length &&
    prefixContains(outer, inner.address)
  );
}
