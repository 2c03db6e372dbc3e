import type { Message } from '../../engine/index.ts';
import { h, icon } from './dom.ts';
import type { Ending } from './outcome.ts';
import type { ExchangeRow, PacketChip } from './trip-model.ts';

const ICON: Readonly<Record<Ending, string>> = { answered: 'check', refused: 'cross', lost: 'wait' };

/** One exchange as a row: what was asked, of whom, what came back. */
export function drawExchange(row: ExchangeRow, say: (message: Message) => string): HTMLElement {
  const { ending, message } = row.verdict;
  return h(
    'button',
    {
      class: 'ex',
      type: 'button',
      'aria-expanded': String(row.open),
      'data-exchange': row.id,
      'data-key': `exchange-${row.id}`,
      style: row.depth > 0 ? `--depth:${row.depth}` : undefined,
    },
    icon('next', 'twist'),
    h(
      'span',
      { class: `bullet bullet--${row.tone}${row.bullet === 'DNS' ? ' bullet--pill' : ''}` },
      row.bullet,
    ),
    h('span', { class: 'ex__q' }, `${row.question} `, icon('arrow'), ` ${row.destination}`),
    h('span', { class: 'ex__r' }, say(row.result)),
    h('span', { class: ending === 'answered' ? 'ok' : 'ok ok--bad' }, icon(ICON[ending]), say(message)),
  );
}

/** The packets of the open exchange; pressing one goes to its first step. */
export function drawPackets(
  packets: readonly PacketChip[],
  word: (id: string, values?: Message['values']) => string,
): readonly HTMLElement[] {
  const list = h('ol', { class: 'chips', 'aria-label': word('trip.packets') });
  packets.forEach(({ label, direction, refusal, current, place }, index) => {
    const tone = refusal ? 'chip--no' : direction === 'back' ? 'chip--back' : 'chip--out';
    list.append(
      h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            class: `chip ${tone}`,
            'aria-current': current && 'true',
            'aria-label': word(`trip.packet.${direction}`, { label }),
            'data-key': `packet-${index}`,
            'data-place': JSON.stringify(place),
          },
          icon('arrow', direction === 'back' ? 'flip' : ''),
          label,
        ),
      ),
    );
  });
  return [list];
}
