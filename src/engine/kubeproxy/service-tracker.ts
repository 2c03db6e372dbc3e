import type { EndpointSlice, Service } from '../api/index.ts';
import type { ApiClient } from '../apiserver/index.ts';
import { serviceOfSlice } from './endpoint.ts';

/** What the API server last said of one Service and its slices. Another object after every change. */
export interface ServiceState {
  /** undefined: there are slices, but no Service. */
  readonly service: Service | undefined;
  readonly slices: readonly EndpointSlice[];
}

/**
 * Services and EndpointSlices as a watch shows them, by Service (`namespace/name`). Models kube-proxy's
 * ServiceChangeTracker and EndpointsChangeTracker (pkg/proxy/servicechangetracker.go, endpointschangetracker.go);
 * the proxies of all nodes read the same one, each at its own pace.
 */
export interface ServiceTracker {
  state(key: string): ServiceState;
  /** How many changes there were: what {@link ServiceTracker.changesSince} goes by. */
  revision(): number;
  changesSince(revision: number): ReadonlySet<string>;
  /** Calls once, at the next change. */
  wakeAtNextChange(wake: () => void): void;
  /** No longer calls it. */
  forget(wake: () => void): void;
  stop(): void;
}

export function createServiceTracker(api: ApiClient): ServiceTracker {
  const services = new Map<string, Service>();
  const slices = new Map<string, Map<string, EndpointSlice>>();
  /** The Service of each slice, by the slice's uid. */
  const serviceOfUid = new Map<string, string>();
  const states = new Map<string, ServiceState>();
  const changes: string[] = [];
  let waiting = new Set<() => void>();
  let lastAsked:
    | { readonly from: number; readonly to: number; readonly keys: ReadonlySet<string> }
    | undefined;

  function changed(key: string): void {
    states.delete(key);
    changes.push(key);
    const woken = waiting;
    waiting = new Set();
    for (const wake of woken) wake();
  }

  const stops = [
    api.watch('services', ({ type, object }) => {
      const key = `${object.metadata.namespace}/${object.metadata.name}`;
      if (type === 'DELETED') services.delete(key);
      else services.set(key, object);
      changed(key);
    }),
    api.watch('endpointslices', ({ type, object }) => {
      const uid = object.metadata.uid ?? '';
      const before = serviceOfUid.get(uid);
      const now = type === 'DELETED' ? undefined : serviceOfSlice(object);
      if (before !== undefined && before !== now) {
        slices.get(before)?.delete(uid);
        serviceOfUid.delete(uid);
        changed(before);
      }
      if (now === undefined) return;
      if (before !== now) serviceOfUid.set(uid, now);
      const ofService = slices.get(now) ?? new Map<string, EndpointSlice>();
      slices.set(now, ofService.set(uid, object));
      changed(now);
    }),
  ];

  return {
    state(key) {
      const known = states.get(key) ?? {
        service: services.get(key),
        slices: [...(slices.get(key)?.values() ?? [])],
      };
      states.set(key, known);
      return known;
    },
    revision: () => changes.length,
    changesSince(from) {
      const to = changes.length;
      if (lastAsked?.from !== from || lastAsked.to !== to)
        lastAsked = { from, to, keys: new Set(changes.slice(from)) };
      return lastAsked.keys;
    },
    wakeAtNextChange: (wake) => void waiting.add(wake),
    forget: (wake) => void waiting.delete(wake),
    stop() {
      for (const stop of stops) stop();
    },
  };
}
