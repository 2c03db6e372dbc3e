import type { LinkView } from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { busyboxUsage } from '../busybox.ts';
import { netnsOf } from '../netns.ts';
import { addressLines, linkFlags, linkName } from './links.ts';

const USAGE = `Usage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]

OPTIONS := -f[amily] inet|inet6|link | -o[neline]

ip addr add|del IFADDR dev IFACE | show|flush [dev IFACE] [to PREFIX]
ip route list|flush|add|del|change|append|replace|test ROUTE
ip link set IFACE [up|down] [arp on|off] [multicast on|off]
\t[promisc on|off] [mtu NUM] [name NAME] [qlen NUM] [address MAC]
\t[master IFACE | nomaster] [netns PID]
ip tunnel add|change|del|show [NAME]
\t[mode ipip|gre|sit] [remote ADDR] [local ADDR] [ttl TTL]
ip neigh show|flush [to PREFIX] [dev DEV] [nud STATE]
ip rule [list] | add|del SELECTOR ACTION
`;

/** busybox's `ip`: the layouts were recorded from 1.35. It only shows: a container may not change anything. */
export function busyboxIp(process: Process): number {
  const oneline = process.args.some((word) => /^-o/.test(word));
  const [object = '', ...words] = process.args.filter((word) => !word.startsWith('-'));
  const netns = netnsOf(process);
  const [verb = 'show', ...rest] = words;
  const shows = ['show', 'list', 'lst', 'get'].some((each) => each.startsWith(verb)) || verb === 'dev';
  const is = (name: string) => object !== '' && name.startsWith(object);
  if (!['address', 'route', 'link', 'neighbour', 'neighbor', 'rule', 'tunnel'].some(is))
    return busyboxUsage(process, USAGE);
  if (!shows) {
    process.stderr.write('ip: RTNETLINK answers: Operation not permitted\n');
    return 2;
  }
  const device =
    verb === 'dev'
      ? rest[0]
      : rest.includes('dev')
        ? rest[rest.indexOf('dev') + 1]
        : is('route')
          ? undefined
          : rest[0];
  if (
    device !== undefined &&
    (is('address') || is('link')) &&
    !netns.links().some(({ name }) => name === device)
  ) {
    process.stderr.write(`ip: can't find device '${device}'\n`);
    return 1;
  }
  const links = netns.links().filter(({ name }) => device === undefined || name === device);
  if (is('address') || is('link')) {
    const all = netns.addresses();
    for (const link of links) {
      const own = is('address') ? all.filter((each) => each.device === link.name) : [];
      if (oneline && is('address'))
        process.stdout.write(
          own
            .map(
              (each) =>
                `${link.index}: ${link.name}    ${addressLines(each).trim().replace(/\n\s*/, '\\       ')}\n`,
            )
            .join(''),
        );
      else
        process.stdout.write(
          `${linkText(link).replace(/\n {4}/, oneline ? '\\    ' : '\n    ')}${own.map(addressLines).join('')}`,
        );
    }
    return 0;
  }
  if (is('neighbour') || is('neighbor')) {
    const known = netns.neighbours().filter((each) => device === undefined || each.device === device);
    process.stdout.write(
      known
        .map(
          (each) =>
            `${each.address} dev ${each.device} ${each.mac ? `lladdr ${each.mac} ` : ''}used 0/0/0 probes 1 ${each.state}\n`,
        )
        .join(''),
    );
    return 0;
  }
  if (is('rule')) {
    process.stdout.write(
      '0:\tfrom all lookup local \n32766:\tfrom all lookup main \n32767:\tfrom all lookup default \n',
    );
    return 0;
  }
  if (is('tunnel')) return 0;
  if ('get'.startsWith(verb) && rest[0] !== undefined) {
    const found = netns.routeGet(rest[0]);
    if (!found) {
      process.stderr.write('ip: RTNETLINK answers: Network is unreachable\n');
      return 2;
    }
    const { route, source } = found;
    process.stdout.write(
      `${rest[0]}${route.via ? ` via ${route.via}` : ''} dev ${route.device}  src ${source} \n`,
    );
    return 0;
  }
  process.stdout.write(
    netns
      .routes('main')
      .filter((route) => device === undefined || route.device === device)
      .map(
        ({ text }) => `${text.replace(/ proto \S+/, '').replace(/ scope link src/, ' scope link  src')} \n`,
      )
      .join(''),
  );
  return 0;
}

function linkText(link: LinkView): string {
  // busybox does not know that flag's other half: a cable whose far end is elsewhere looks down to it.
  const flags = link.peer ? linkFlags(link).replace('>', ',M-DOWN>') : linkFlags(link);
  const kind = link.kind === 'loopback' ? 'loopback' : 'ether';
  const broadcast = link.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  return `${link.index}: ${linkName(link)}: ${flags} mtu ${link.mtu} qdisc noqueue qlen 1000\n    link/${kind} ${link.mac} brd ${broadcast}\n`;
}
