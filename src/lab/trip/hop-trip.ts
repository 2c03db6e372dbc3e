import type { ClusterView, Message } from '../../engine/index.ts';
import type { Place } from '../../graph/index.ts';
import type { SourceRange, Trip } from '../protocol.ts';
import { fill, h, icon, plain, rich } from './dom.ts';
import { drawLabel, drawLayers, drawOrigin, drawSteps } from './draw-card.ts';
import { drawExchange, drawPackets } from './draw-exchange.ts';
import { drawStrip, moveStrip, stripKey } from './draw-strip.ts';
import { moved, placesOfPacket, startOf, tripAt } from './exchanges.ts';
import { originOf } from './hop-card.ts';
import { createRuler } from './ruler.ts';
import { type TripModel, tripModel } from './trip-model.ts';

/** What `hop:step` says: where the learner stands now, in numbers and in words. */
export interface StepDetail extends Place {
  /** Within this packet, from 1. */
  readonly index: number;
  readonly total: number;
  readonly where: Message;
  readonly what: Message;
  /** The line of the learner's YAML behind this step. */
  readonly source?: SourceRange;
  /** One step further on the same packet: the traveller slides there instead of jumping. */
  readonly travel: boolean;
}

/** How many closed exchanges are listed before the older ones are folded away. */
const LISTED = 5;

// The module is also read where there is no DOM (tests, the worker); the element is only ever made where there is.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

/**
 * `<hop-trip>`: the exchanges of the last command, the strip of the open one, its ruler, and the card of the hop where
 * the learner stands. Set `say`, `view` and `trips`; listen to `hop:step` and `hop:source`.
 */
export class HopTrip extends Base {
  #say: (message: Message) => string = ({ id }) => id;
  #trips: readonly Trip[] = [];
  #view: ClusterView | undefined;
  #place: Place | undefined;
  #model: TripModel | undefined;
  #allListed = false;
  #stripKey = '';
  #rowsKey = '';
  /** The rule that the learner reads in each step of the current hop, when not the deciding one. */
  #shownRule = new Map<number, number>();

  readonly #bar = h('div', { class: 'bar' });
  readonly #summary = h('span', { class: 'xs dim hide-s' });
  readonly #count = h('span', { class: 'xs dim' });
  readonly #title = h('h3');
  readonly #previous = h('button', { class: 'btn btn--s btn--sq', type: 'button' }, icon('prev'));
  readonly #next = h('button', { class: 'btn btn--s btn--sq', type: 'button' }, icon('next'));
  readonly #rows = h('div', { class: 'exchanges' });
  readonly #body = h('div', { class: 'exchange' });
  readonly #packets = h('div', { class: 'packets' });
  readonly #strip = h('div', { class: 'strip-box' });
  readonly #steps = h('section', { class: 'hop__c' });
  readonly #label = h('div');
  readonly #layers = h('div', { class: 'layers' });
  readonly #header = h('summary');
  readonly #spoken = h('p', { class: 'sr', role: 'status' });
  readonly #ruler = createRuler({
    step: (by) => this.#move(by),
    go: (value) => this.#goToStep(value),
  });

  connectedCallback(): void {
    if (this.firstChild) return;
    const end = h('div', { class: 'end' }, this.#count, this.#previous, this.#next);
    this.#bar.append(this.#title, this.#summary, end);
    const details = h('details', {}, this.#header, this.#layers);
    const label = h('section', { class: 'hop__c' }, this.#label, details);
    this.#body.append(
      this.#packets,
      this.#strip,
      this.#ruler.element,
      h('div', { class: 'hop' }, this.#steps, label),
    );
    this.append(this.#bar, this.#rows, this.#spoken);
    this.#previous.addEventListener('click', () => this.previous());
    this.#next.addEventListener('click', () => this.next());
    this.addEventListener('click', (event) => this.#onClick(event));
    this.#draw(false);
  }

  /** Words a message in the page's language. */
  set say(say: (message: Message) => string) {
    this.#say = say;
    this.#rowsKey = '';
    this.#stripKey = '';
    this.#draw(false);
  }

  /** The cluster, for the stations that a lost packet never reached and for short pod names. */
  set view(view: ClusterView | undefined) {
    this.#view = view;
    this.#draw(false);
  }

  get trips(): readonly Trip[] {
    return this.#trips;
  }

  /** The trips of the last command. The learner is put at the first step of the last request. */
  set trips(trips: readonly Trip[]) {
    this.#trips = trips;
    this.#place = startOf(trips);
    this.#allListed = false;
    this.#rowsKey = '';
    this.#draw(false);
    this.#announce(false);
  }

  get place(): Place | undefined {
    return this.#model?.place;
  }

  /** Goes there without telling anybody. */
  set place(place: Place | undefined) {
    this.#place = place;
    this.#draw(false);
  }

  get model(): TripModel | undefined {
    return this.#model;
  }

  next(): void {
    this.#move(1);
  }

  previous(): void {
    this.#move(-1);
  }

  first(): void {
    this.#goToStep(1);
  }

  last(): void {
    this.#goToStep(Number.MAX_SAFE_INTEGER);
  }

  /** Goes to the first step that the packet makes in a network namespace: a stop of the map was chosen. */
  goTo(netns: string): void {
    const column = this.#model?.strip.columns.find(({ station }) => station.netns === netns);
    if (column?.place) this.#go(column.place);
  }

  #move(by: number): void {
    if (this.#model) this.#go(moved(this.#trips, this.#model.place, by));
  }

  #goToStep(value: number): void {
    if (!this.#model) return;
    const { place } = this.#model;
    const trip = tripAt(this.#trips, place);
    const places = trip ? placesOfPacket(trip, place.packet) : [];
    const there = places[Math.max(1, Math.min(places.length, value)) - 1];
    if (there) this.#go(there);
  }

  #go(place: Place): void {
    const before = this.#model;
    this.#place = place;
    const here = before?.place;
    const same = here?.exchange === place.exchange && here.packet === place.packet;
    if (!same || here?.hop !== place.hop) this.#shownRule.clear();
    const travel =
      same &&
      (place.hop > here.hop || (place.hop === here.hop && place.step > here.step)) &&
      place.hop - here.hop <= 1;
    this.#draw(travel);
    this.#announce(travel);
  }

  #draw(travel: boolean): void {
    if (!this.isConnected) return;
    const word = (id: string, values: Message['values'] = {}) => this.#say({ id, values });
    const model = tripModel(this.#trips, this.#place, this.#view);
    this.#model = model;
    this.#title.textContent = word('trip.title');
    this.#previous.setAttribute('aria-label', word('trip.previous'));
    this.#next.setAttribute('aria-label', word('trip.next'));
    this.toggleAttribute('data-empty', !model);
    if (!model) {
      this.#rowsKey = '';
      this.#count.replaceChildren();
      this.#summary.replaceChildren();
      this.#rows.replaceChildren(h('p', { class: 'trip-empty' }, ...rich(word('trip.empty'))));
      return;
    }
    this.#body.dataset.tone = model.rows.find(({ open }) => open)?.bullet === 'DNS' ? 'dns' : 'tcp';
    this.#body.dataset.way = model.packets.find(({ current }) => current)?.direction ?? 'out';
    this.#drawBar(model, word);
    this.#drawRows(model, word);
    fill(this.#packets, ...drawPackets(model.packets, word));
    this.#drawStrip(model, travel);
    this.#ruler.update(model.ruler, model.what, this.#say);
    fill(this.#steps, ...drawSteps(model.card, this.#say, this.#shownRule));
    fill(
      this.#label,
      h('h4', {}, word('trip.label')),
      drawLabel(model.card.label, word),
      drawOrigin(model.card, word),
    );
    this.#header.textContent = word('trip.header');
    this.#layers.replaceChildren(...drawLayers(model.card.layers, word));
  }

  #drawBar(model: TripModel, word: (id: string, values?: Message['values']) => string): void {
    const { value, total } = model.ruler;
    const last = model.rows.findLast(({ depth }) => depth === 0);
    this.#summary.textContent = `${word('trip.exchanges', { count: model.rows.length })}${last ? `, ${this.#say(last.result)}` : ''}`;
    this.#count.textContent = word('trip.step-of', { step: value, of: total });
    const ends = [moved(this.#trips, model.place, -1), moved(this.#trips, model.place, 1)];
    [this.#previous, this.#next].forEach((button, index) => {
      // Not `disabled`: the button keeps the keyboard's focus at the end of the way.
      button.setAttribute(
        'aria-disabled',
        String(JSON.stringify(ends[index]) === JSON.stringify(model.place)),
      );
    });
  }

  /** The rows are drawn again only when another exchange opens: the open one's body is then moved under its row. */
  #drawRows(model: TripModel, word: (id: string, values?: Message['values']) => string): void {
    const key = `${model.place.exchange} ${this.#allListed} ${model.rows.map(({ id }) => id).join()}`;
    if (key === this.#rowsKey) return;
    this.#rowsKey = key;
    const hidden = this.#allListed ? 0 : Math.max(0, model.rows.length - LISTED);
    const listed = model.rows.filter((row, index) => index >= hidden || row.open);
    const folded = model.rows.length - listed.length;
    const rows = listed.flatMap((row) => [drawExchange(row, this.#say), ...(row.open ? [this.#body] : [])]);
    const earlier =
      folded > 0 &&
      h(
        'button',
        { type: 'button', class: 'ex ex--more', 'data-key': 'earlier', 'data-earlier': true },
        icon('down'),
        word('trip.earlier', { count: folded }),
      );
    fill(this.#rows, earlier, ...rows);
  }

  #drawStrip(model: TripModel, travel: boolean): void {
    const key = `${model.place.exchange} ${model.strip.shown.out} ${model.strip.shown.back} ${stripKey(model.strip)}`;
    const strip = this.#strip.firstElementChild as HTMLElement | null;
    if (strip && key === this.#stripKey) {
      const focus = this.#strip.contains(document.activeElement)
        ? document.activeElement?.getAttribute('data-key')
        : null;
      moveStrip(strip, model.strip, this.#say, travel);
      if (focus)
        this.#strip.querySelector<HTMLElement>(`[data-key="${focus}"]`)?.focus({ preventScroll: true });
    } else this.#strip.replaceChildren(drawStrip(model.strip, this.#say));
    this.#stripKey = key;
  }

  #onClick(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>('button');
    if (!button) return;
    const { place, source, exchange, rule, step, earlier } = button.dataset;
    if (place) this.#go(JSON.parse(place) as Place);
    else if (source) this.#dispatch('hop:source', { source: JSON.parse(source) as SourceRange });
    else if (rule && step) {
      this.#shownRule.set(Number(step), Number(rule));
      this.#draw(false);
    } else if (earlier !== undefined) {
      this.#allListed = true;
      this.#draw(false);
    } else if (exchange) this.#open(Number(exchange));
  }

  #open(exchange: number): void {
    if (this.#model?.place.exchange !== exchange) this.#go({ exchange, packet: 0, hop: 0, step: 0 });
  }

  #announce(travel: boolean): void {
    const model = this.#model;
    if (!model) return;
    const trip = tripAt(this.#trips, model.place);
    const source = trip ? originOf(trip, model.place)?.source : undefined;
    const detail: StepDetail = {
      ...model.place,
      index: model.ruler.value,
      total: model.ruler.total,
      where: model.where,
      what: model.what,
      travel,
      ...(source ? { source } : {}),
    };
    // The ruler speaks for itself while it has the focus.
    if (document.activeElement !== this.#ruler.element)
      this.#spoken.textContent = `${this.#say(model.where)}. ${plain(this.#say(model.what))}`;
    this.#dispatch('hop:step', detail);
  }

  #dispatch(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }
}

/** Makes `<hop-trip>` known to the page; once is enough. */
export function defineHopTrip(): void {
  if (!customElements.get('hop-trip')) customElements.define('hop-trip', HopTrip);
}
