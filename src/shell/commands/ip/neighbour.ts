import type { Process } from '../../process.ts';
import { mayConfigure, netnsOf } from '../netns.ts';

const KEYWORDS = ['dev', 'nud', 'to', 'lladdr'];

/** `ip neigh [show] [dev D] [nud STATE] [ADDRESS]`, `ip neigh add|replace|del|flush …`. */
export function ipNeighbour(process: Process, words: readonly string[]): number {
  const [first = 'show', ...others] = words;
  const verbs = ['show', 'list', 'add', 'delete', 'replace', 'change', 'flush', 'get'];
  const verb = KEYWORDS.includes(first) ? 'show' : verbs.find((each) => each.startsWith(first));
  if (verb === undefined) {
    process.stderr.write(`Command "${first}" is unknown, try "ip neighbour help".\n`);
    return 255;
  }
  const rest = KEYWORDS.includes(first) ? words : others;
  const value = (name: string) => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
  const [device, state, mac] = [value('dev'), value('nud')?.toUpperCase(), value('lladdr')];
  const address =
    value('to') ??
    rest.find((word, index) => !KEYWORDS.includes(word) && !KEYWORDS.includes(rest[index - 1] ?? ''));
  const netns = netnsOf(process);
  if (device !== undefined && !netns.links().some(({ name }) => name === device)) {
    process.stderr.write(`Cannot find device "${device}"\n`);
    return 1;
  }
  const chosen = netns
    .neighbours()
    .filter(
      (each) =>
        (device === undefined || each.device === device) &&
        (state === undefined || state === 'ALL' || each.state === state) &&
        (address === undefined || address === 'all' || each.address === address),
    );
  if (verb === 'show' || verb === 'list' || verb === 'get') {
    const lines = chosen.map((each) => {
      const on = device === undefined ? ` dev ${each.device}` : '';
      return `${each.address}${on} ${each.mac ? `lladdr ${each.mac} ` : ''}${each.state} \n`;
    });
    process.stdout.write(lines.join(''));
    return 0;
  }
  if (!mayConfigure(process)) {
    process.stderr.write('RTNETLINK answers: Operation not permitted\n');
    return 2;
  }
  if (verb === 'flush') {
    if (device === undefined && address === undefined && state === undefined) {
      process.stderr.write('Flush requires arguments.\n');
      return 255;
    }
    for (const each of chosen)
      if (each.state !== 'PERMANENT') netns.deleteNeighbour(each.device, each.address);
    return 0;
  }
  if (address === undefined || device === undefined) {
    process.stderr.write('Device and destination are required arguments.\n');
    return 255;
  }
  const known = netns.neighbours().some((each) => each.address === address && each.device === device);
  if (verb === 'add' && known) {
    process.stderr.write('RTNETLINK answers: File exists\n');
    return 2;
  }
  const result =
    verb === 'delete'
      ? netns.deleteNeighbour(device, address)
      : netns.addNeighbour(device, address, mac ?? '');
  if (result.ok) return 0;
  process.stderr.write(`${result.message}\n`);
  return 2;
}
