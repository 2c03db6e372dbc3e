import type { RouteType } from './fib.ts';
import { parseIpv4, parsePrefix } from './ipv4.ts';
import { fail, noDevice, OK } from './netlink-result.ts';
import type { Netns } from './netns.ts';
import type { NetnsState } from './netns-state.ts';

export interface RouteSpec {
  /** `default`, `10.0.0.0/24`, or one address. */
  readonly destination: string;
  readonly via?: string;
  /** `nexthop via …` for each, instead of `via`. */
  readonly nexthops?: readonly string[];
  readonly device?: string;
  readonly source?: string;
  readonly scope?: 'global' | 'link' | 'host';
  readonly type?: Exclude<RouteType, 'local' | 'broadcast'>;
  readonly onlink?: boolean;
  readonly metric?: number;
  readonly protocol?: 'boot' | 'static' | 'kernel';
  /** Who asked for the route, for traces: `host-gw node-2`. */
  readonly owner?: string;
}

/** What `ip route` does in table main. */
export function routeChanges({ fib, links }: NetnsState): Pick<Netns, 'addRoute' | 'deleteRoute'> {
  return {
    addRoute(spec) {
      const prefix =
        spec.destination === 'default' ? { network: 0, length: 0 } : parsePrefix(spec.destination);
      if (!prefix)
        return fail('EINVAL', `Error: any valid prefix is expected rather than "${spec.destination}".`);
      const type = spec.type ?? 'unicast';
      let device = type === 'unicast' ? spec.device : 'lo';
      for (const address of spec.nexthops ?? (spec.via === undefined ? [] : [spec.via])) {
        const via = parseIpv4(address);
        if (via === undefined)
          return fail('EINVAL', `Error: any valid address is expected rather than "${address}".`);
        const towards = fib.findIn('main', via);
        const reachable = towards?.scope === 'link' && (device === undefined || towards.device === device);
        if (!reachable && !spec.onlink) return fail('ENETUNREACH', 'Error: Nexthop has invalid gateway.');
        device ??= towards?.device;
      }
      if (device === undefined)
        return fail('ENODEV', 'Error: either "to" is duplicate, or "dev" is required.');
      if (!links.has(device)) return noDevice(device);
      const added = fib.add({
        prefix,
        type,
        ...(spec.via && { via: spec.via }),
        ...(spec.nexthops && { nexthops: spec.nexthops }),
        device,
        ...(spec.source && { source: spec.source }),
        scope: spec.scope ?? (spec.via || spec.nexthops || type !== 'unicast' ? 'global' : 'link'),
        protocol: spec.protocol ?? 'boot',
        metric: spec.metric ?? 0,
        onlink: spec.onlink ?? false,
        table: 'main',
        ...(spec.owner && { owner: spec.owner }),
      });
      return added ? OK : fail('EEXIST', 'RTNETLINK answers: File exists');
    },

    deleteRoute({ destination, via, device }) {
      const prefix = destination === 'default' ? { network: 0, length: 0 } : parsePrefix(destination);
      if (!prefix) return fail('EINVAL', `Error: any valid prefix is expected rather than "${destination}".`);
      const gone = fib.remove(
        (route) =>
          route.table === 'main' &&
          route.prefix.network === prefix.network &&
          route.prefix.length === prefix.length &&
          (via === undefined || route.via === via) &&
          (device === undefined || route.device === device),
      );
      return gone.length > 0 ? OK : fail('ESRCH', 'RTNETLINK answers: No such process');
    },
  };
}
