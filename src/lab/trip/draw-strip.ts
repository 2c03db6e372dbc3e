import type { Message } from '../../engine/index.ts';
import { h, icon } from './dom.ts';
import type { Ribbon, Stamp } from './ribbons.ts';
import type { Column, Strip, Track } from './strip.ts';

type Say = (message: Message) => string;
type Word = (id: string, values?: Message['values']) => string;

/** A key that changes only when the stations do: while it stays, the tracks are moved rather than drawn anew. */
export function stripKey(strip: Strip): string {
  return [strip.ending, strip.refusal, ...strip.columns.map(({ station }) => station.netns)].join(' ');
}

/** Draws the strip from nothing. */
export function drawStrip(strip: Strip, say: Say): HTMLElement {
  const word: Word = (id, values = {}) => say({ id, values });
  const stops = h('ol', {
    class: 'strip__stops',
    'aria-label': word('trip.strip', { count: strip.columns.length }),
  });
  strip.columns.forEach((column, index) => {
    stops.append(drawStop(column, index, strip, word));
  });
  const classes = [
    'strip',
    strip.refusal && 'strip--refused',
    strip.ending === 'lost' && 'strip--lost',
    strip.columns.length > (strip.refusal ? 4 : 6) && 'strip--long',
  ];
  return h(
    'div',
    { class: classes.filter(Boolean).join(' '), style: `--n:${strip.columns.length}` },
    drawWay(strip, word),
    stops,
    ...drawRibbons(strip, say),
  );
}

/** Moves an existing strip to a new moment: only what differs is touched, so that the tracks can fill. */
export function moveStrip(root: HTMLElement, strip: Strip, say: Say, travel: boolean): void {
  const word: Word = (id, values = {}) => say({ id, values });
  root.toggleAttribute('data-travel', travel);
  const filled: HTMLElement[] = [];
  [...root.querySelectorAll<HTMLElement>('.stop')].forEach((stop, index) => {
    const column = strip.columns[index]!;
    setStop(stop, column);
    const tracks = [...stop.querySelectorAll<HTMLElement>('.tr')];
    [...column.out, ...column.back].forEach((track, half) => {
      const element = tracks[half]!;
      if (element.dataset.s === 'ahead' && track === 'done') filled.push(element);
      element.dataset.s = track;
    });
    stop.querySelector('.stop__n')!.replaceWith(drawName(column, word, index));
  });
  // Each half fills in its turn: the line runs from the last stop to this one, in the time of one hop.
  const back = filled.some((element) => element.classList.contains('tr--back'));
  const order = back ? filled.reverse() : filled;
  order.forEach((element, index) => {
    element.style.setProperty('--turn', String(index));
    element.style.setProperty('--turns', String(order.length));
  });
  for (const ribbon of root.querySelectorAll('.rib')) ribbon.remove();
  root.append(...drawRibbons(strip, say));
}

function drawStop(column: Column, index: number, strip: Strip, word: Word): HTMLElement {
  const tracks = [...column.out, ...column.back].map((track, half) => drawTrack(track, half));
  const rail = h(
    'div',
    { class: 'stop__rail', 'aria-hidden': 'true' },
    ...tracks,
    h('span', { class: 'mk' }),
  );
  const stop = h('li', { style: `--i:${index + 1}` }, rail, drawName(column, word, index));
  stop.dataset.kind = column.station.kind;
  stop.dataset.last = String(index === strip.columns.length - 1);
  setStop(stop, column);
  return stop;
}

function setStop(stop: HTMLElement, column: Column): void {
  const here = column.here ? ' is-here' : '';
  const ways = column.ways === 'both' ? '' : ` stop--${column.ways}`;
  stop.className = `stop stop--${column.station.kind}${ways} is-${column.state}${here}`;
  if (column.here) stop.setAttribute('aria-current', 'step');
  else stop.removeAttribute('aria-current');
}

function drawTrack(track: Track, half: number): HTMLElement {
  const side = half % 2 === 0 ? 'tr--a' : 'tr--b';
  return h('i', { class: `tr ${half < 2 ? 'tr--out' : 'tr--back'} ${side}`, 'data-s': track });
}

function drawName(column: Column, word: Word, index: number): HTMLElement {
  const { station, name, state, place, header } = column;
  const shown = station.kind === 'wire' ? word('trip.wire') : name;
  const sign =
    state === 'refused'
      ? word('trip.refuses', { why: column.stopped ?? '' })
      : state === 'lost'
        ? word('trip.lost', { why: column.stopped ?? '' })
        : column.here
          ? word('trip.here')
          : '';
  const label = h('b', name === station.name ? {} : { title: station.name }, shown);
  const head = place
    ? h(
        'button',
        {
          type: 'button',
          class: 'stop__go',
          'data-key': `stop-${index}`,
          'data-place': JSON.stringify(place),
        },
        label,
      )
    : h('span', { class: 'stop__go' }, label);
  if (sign)
    head.append(h('em', { class: state === 'refused' || state === 'lost' ? 'sign sign--no' : 'sign' }, sign));
  return h(
    'div',
    { class: 'stop__n' },
    head,
    h('span', { class: 'stop__a' }, station.address),
    header && drawHeader(header, word),
  );
}

function drawHeader(header: NonNullable<Column['header']>, word: Word): HTMLElement {
  const line = (id: string, address: string, changed: boolean) => [
    `${word(id)} `,
    changed ? h('b', {}, address) : address,
    h('br'),
  ];
  return h(
    'span',
    { class: 'hdr' },
    ...header.stamps.flatMap((stamp) => [drawStamp(stamp), h('br')]),
    ...line('trip.from', header.source, header.changed === 'source'),
    ...line('trip.to', header.destination, header.changed !== 'source'),
  );
}

/** The double-ruled mark of an address translation. */
export function drawStamp({ text, undo }: Pick<Stamp, 'undo'> & { readonly text: string }): HTMLElement {
  return h('b', { class: 'stamp' }, undo && icon('undo'), text);
}

function drawWay(strip: Strip, word: Word): HTMLElement {
  const none = strip.shown.back === undefined;
  const id = none ? 'trip.back.none' : strip.refusal ? 'trip.back.refusal' : 'trip.back';
  const kind = none ? 'way--none' : strip.refusal ? 'way--no' : 'way--back';
  return h(
    'div',
    { class: 'way', 'aria-hidden': 'true' },
    h('span', {}, `${word('trip.out')} `, icon('arrow')),
    h('span', { class: kind }, !none && icon('arrow', 'flip'), ` ${word(id)}`),
  );
}

function drawRibbons(strip: Strip, say: Say): readonly HTMLElement[] {
  const word: Word = (id, values = {}) => say({ id, values });
  const out = drawRows(strip.out, 'o', strip.columns.length, word);
  const back = drawRows(strip.back, 'b', strip.columns.length, word);
  const note = drawNote(strip, say);
  return note ? [...out, note] : [...out, ...back];
}

/** One row of ribbons a field: the address that matters for the way, and the other when it changes too. */
function drawRows(
  ribbons: readonly Ribbon[],
  way: 'o' | 'b',
  count: number,
  word: Word,
): readonly HTMLElement[] {
  return ribbons.flatMap((ribbon) => {
    const edges = [
      ribbon.from === 0 && 'rib--first',
      ribbon.to === 2 * count && 'rib--last',
      ribbon.stampAtStart && 'rib--cut-a',
      ribbon.stampAtEnd && 'rib--cut-b',
    ].filter(Boolean);
    const main = (way === 'o') === (ribbon.field === 'destination');
    const row = main ? '' : ' rib--second';
    const bar = h(
      'div',
      {
        class: `rib rib--${way}${row} ${edges.join(' ')}`,
        style: `grid-column:${ribbon.from + 1}/${ribbon.to + 1}`,
        title: ribbon.address,
        'aria-hidden': 'true',
      },
      h('span', {}, word(`trip.${ribbon.field}`)),
      ribbon.address,
    );
    const stamps = ribbon.stamps.map((stamp) =>
      h(
        'div',
        {
          class: `rib rib--${way}${row} rib--stamp`,
          style: `grid-column:${2 * stamp.column + 1}/${2 * stamp.column + 3}`,
          'aria-hidden': 'true',
        },
        drawStamp(stamp),
      ),
    );
    return [bar, ...stamps];
  });
}

/** In place of the reply's address: what the refusal says, or for how long nobody has answered. */
function drawNote(strip: Strip, say: Say): HTMLElement | undefined {
  if (strip.reply) return h('div', { class: 'rib rib--b rib--no' }, h('span', {}, say(strip.reply)));
  if (strip.shown.back !== undefined) return undefined;
  const times = strip.retries.map((time) => say({ id: 'trip.seconds', values: { time } })).join(', ');
  const text = times
    ? say({ id: 'trip.retries', values: { times } })
    : say({ id: 'trip.silence', values: {} });
  return h('div', { class: 'rib rib--b rib--no' }, h('span', {}, icon('wait'), ` ${text}`));
}
