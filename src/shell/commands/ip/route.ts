import type { RouteView } from '../../../engine/index.ts';
import type { Process } from '../../process.ts';
import { mayConfigure, netnsOf } from '../netns.ts';

const NOT_PERMITTED = 'RTNETLINK answers: Operation not permitted\n';

/** `ip route [show] [table …] [DESTINATION] [dev D]`, `ip route get ADDRESS`, `ip route add|del …`. */
export function ipRoute(process: Process, words: readonly string[]): number {
  const [verb = 'show', ...rest] = words;
  if ('show'.startsWith(verb) || 'list'.startsWith(verb) || verb === 'ls') return show(process, rest);
  if ('get'.startsWith(verb)) return get(process, rest);
  if ('add'.startsWith(verb) || verb === 'append' || 'replace'.startsWith(verb))
    return change(process, rest, true);
  if ('delete'.startsWith(verb)) return change(process, rest, false);
  process.stderr.write(`Command "${verb}" is unknown, try "ip route help".\n`);
  return 255;
}

function show(process: Process, words: readonly string[]): number {
  const netns = netnsOf(process);
  let table = 'main';
  let device: string | undefined;
  let destination: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === 'table') table = words[++at] ?? '';
    else if (word === 'dev') device = words[++at];
    else if (!['to', 'exact', 'root', 'match'].includes(word)) destination = word;
  }
  if (!['main', 'local', 'all', 'default', '254', '255', '253'].includes(table)) {
    process.stderr.write(`Error: ipv4: FIB table does not exist.\nDump terminated\n`);
    return 2;
  }
  const tables: ('main' | 'local')[] =
    table === 'all'
      ? ['main', 'local']
      : table === 'local' || table === '255'
        ? ['local']
        : table === 'main' || table === '254'
          ? ['main']
          : [];
  const routes = tables
    .flatMap((name) => netns.routes(name))
    .filter(
      (route) =>
        (device === undefined || route.device === device) &&
        (destination === undefined || route.destination === destination),
    );
  process.stdout.write(
    routes.map((route) => `${table === 'all' ? route.text : withoutTable(route, device)} \n`).join(''),
  );
  return 0;
}

/** The table and the device are left out where they were asked for. */
function withoutTable({ text }: RouteView, device: string | undefined): string {
  const plain = text.replace(' table local', '');
  return device === undefined ? plain : plain.replace(` dev ${device}`, '');
}

function get(process: Process, words: readonly string[]): number {
  const value = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const [first] = words[0] === 'to' ? words.slice(1) : words;
  if (first === undefined) {
    process.stderr.write('need at least a destination address\n');
    return 1;
  }
  if (!/^\d+(?:\.\d+){3}(?:\/32)?$/.test(first)) {
    process.stderr.write(`Error: any valid prefix is expected rather than "${first}".\n`);
    return 1;
  }
  const address = first.replace(/\/32$/, '');
  const [from, incoming] = [value('from'), value('iif')];
  const found = netnsOf(process).routeGet(address);
  if (!found) {
    process.stderr.write('RTNETLINK answers: Network is unreachable\n');
    return 2;
  }
  const { route, source } = found;
  if (/^(?:unreachable|blackhole|prohibit)/.test(route.text)) {
    process.stderr.write(
      route.text.startsWith('unreachable')
        ? 'RTNETLINK answers: No route to host\n'
        : route.text.startsWith('prohibit')
          ? 'RTNETLINK answers: Permission denied\n'
          : 'RTNETLINK answers: Invalid argument\n',
    );
    return 2;
  }
  const local = route.table === 'local' && !route.text.startsWith('broadcast');
  const via = route.via ? ` via ${route.via}` : '';
  if (incoming !== undefined) {
    process.stdout.write(
      `${local ? 'local ' : ''}${address}${from ? ` from ${from}` : ''}${via} dev ${local ? 'lo' : route.device} \n    cache${local ? ' <local>' : ''} iif ${incoming} \n`,
    );
    return 0;
  }
  process.stdout.write(
    `${local ? 'local ' : ''}${address}${from ? ` from ${from}` : ''}${via} dev ${local ? 'lo' : route.device}${from ? '' : source ? ` src ${source}` : ''} uid 0 \n    cache${local ? ' <local>' : ''} \n`,
  );
  return 0;
}

function change(process: Process, words: readonly string[], add: boolean): number {
  if (!mayConfigure(process)) {
    process.stderr.write(NOT_PERMITTED);
    return 2;
  }
  const value = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const typed = ['unreachable', 'blackhole', 'prohibit'].find((type) => words[0] === type) as
    | 'unreachable'
    | 'blackhole'
    | 'prohibit'
    | undefined;
  const destination = words[typed ? 1 : 0];
  if (destination === undefined || destination === 'via' || destination === 'dev') {
    process.stderr.write('Error: either "to" is duplicate, or "via" is a garbage.\n');
    return 1;
  }
  const netns = netnsOf(process);
  const [via, device, source] = [value('via'), value('dev'), value('src')];
  const metric = value('metric');
  if (device !== undefined && !netns.links().some(({ name }) => name === device)) {
    process.stderr.write(`Cannot find device "${device}"\n`);
    return 1;
  }
  const result = add
    ? netns.addRoute({
        destination,
        ...(via && { via }),
        ...(device && { device }),
        ...(source && { source }),
        ...(typed && { type: typed }),
        ...(metric !== undefined && { metric: Number(metric) }),
        ...(words.includes('onlink') && { onlink: true }),
      })
    : netns.deleteRoute({ destination, ...(via && { via }), ...(device && { device }) });
  if (result.ok) return 0;
  process.stderr.write(`${result.message}\n`);
  return 2;
}
