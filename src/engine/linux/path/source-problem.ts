import { isLoopback, parseIpv4 } from '../ipv4.ts';
import type { Link } from '../link.ts';
import { isOnFor, type NetnsState } from '../netns-state.ts';
import type { SocketBuffer } from './skb.ts';

/** Why a source or destination is a lie (fib_validate_source, ip_route_input_slow); undefined: it is none. */
export function sourceProblem(
  netns: NetnsState,
  device: Link,
  skb: SocketBuffer,
): 'martian' | 'rp_filter' | undefined {
  if (device.kind === 'loopback') return undefined;
  const source = parseIpv4(skb.packet.ip.source)!;
  const destination = parseIpv4(skb.packet.ip.destination)!;
  const localnet = isOnFor(netns, device.name, 'route_localnet');
  if ((isLoopback(source) || isLoopback(destination)) && !localnet) return 'martian';
  const acceptsOwn = isOnFor(netns, device.name, 'accept_local');
  if (!acceptsOwn && netns.fib.findIn('local', source)?.type === 'local') return 'martian';
  const mode = Math.max(
    ...['all', device.name].map((name) => Number(netns.sysctls.get(`net.ipv4.conf.${name}.rp_filter`) ?? 0)),
  );
  if (mode === 0) return undefined;
  const back = netns.fib.find(source);
  return !back || (mode === 1 && back.device !== device.name) ? 'rp_filter' : undefined;
}
