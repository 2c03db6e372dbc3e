import { formatIpv4, parseIpv4 } from '../../ipv4.ts';
import type { MatchBuilder, MatchContext } from '../match.ts';
import { failParse } from '../parse-failure.ts';
import { quoteWord } from '../words.ts';

const ACTIONS = { '--set': 'set', '--rcheck': 'rcheck', '--update': 'update', '--remove': 'remove' } as const;

/** `-m recent`: a named list of addresses and when each was last seen (net/netfilter/xt_recent.c). */
export function recent(): MatchBuilder {
  let action:
    | { readonly kind: (typeof ACTIONS)[keyof typeof ACTIONS]; readonly inverted: boolean }
    | undefined;
  let seconds: number | undefined;
  let hitcount: number | undefined;
  let reap = false;
  let name = 'DEFAULT';
  let mask = 0xffffffff;
  let side: 'source' | 'destination' = 'source';
  return {
    name: 'recent',
    option(option, inverted, take) {
      if (option in ACTIONS) {
        if (action) failParse("recent: only one of `--set', `--rcheck' `--update' or `--remove' may be set");
        action = { kind: ACTIONS[option as keyof typeof ACTIONS], inverted };
        return true;
      }
      switch (option) {
        case '--seconds':
          seconds = positive(take(), option);
          return true;
        case '--hitcount':
          hitcount = positive(take(), option);
          return true;
        case '--reap':
          reap = true;
          return true;
        case '--name':
          name = take();
          return true;
        case '--mask': {
          const text = take();
          mask = parseIpv4(text) ?? failParse(`recent: bad mask "${text}"`);
          return true;
        }
        case '--rsource':
          side = 'source';
          return true;
        case '--rdest':
          side = 'destination';
          return true;
        default:
          return false;
      }
    },
    build() {
      const { kind, inverted } =
        action ?? failParse("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
      if (reap && seconds === undefined) failParse('recent: "--reap" needs "--seconds"');
      const words = ['-m recent', `${inverted ? '! ' : ''}--${kind}`];
      if (seconds !== undefined) words.push(`--seconds ${seconds}`);
      if (reap) words.push('--reap');
      if (hitcount !== undefined) words.push(`--hitcount ${hitcount}`);
      words.push(
        `--name ${quoteWord(name)}`,
        `--mask ${formatIpv4(mask)}`,
        side === 'source' ? '--rsource' : '--rdest',
      );
      return {
        name: 'recent',
        text: words.join(' '),
        matches: (context) => check(context) !== inverted,
      };

      function check(context: MatchContext): boolean {
        const { recent: lists, now } = context;
        const address = formatIpv4((parseIpv4(context.packet.ip[side])! & mask) >>> 0);
        const seen = lists.find(name, address);
        if (kind === 'set') {
          lists.update(name, address, 'set');
          return true;
        }
        if (seen.length === 0) return false;
        if (kind === 'remove') {
          lists.update(name, address, 'remove');
          return true;
        }
        const since = seconds === undefined ? Number.NEGATIVE_INFINITY : now - seconds * 1000;
        const hits = seen.filter((time) => time >= since).length;
        const found = hits >= (hitcount ?? 1);
        if (reap) lists.reap(name, since);
        if (found && kind === 'update') lists.update(name, address, 'set');
        return found;
      }
    },
  };
}

function positive(text: string, option: string): number {
  return /^\d+$/.test(text) && Number(text) > 0
    ? Number(text)
    : failParse(`recent: Bad value for "${option}" option: "${text}"`);
}
