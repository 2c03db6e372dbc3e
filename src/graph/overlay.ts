import type { Message } from '../engine/index.ts';
import type { Drawing } from './draw.ts';
import { pointAt } from './geometry.ts';
import type { Place } from './place.ts';
import type { Scene, Stop } from './scene.ts';
import { placeTag, tagOf } from './tag.ts';

/**
 * What lies over the canvas as HTML: the traveller's tag, and a button on every stop, so that the map can be walked
 * with the keyboard (one tab stop, arrow keys from stop to stop) and each stop says what it is.
 */
export function createOverlay(container: HTMLElement, say: (message: Message) => string) {
  const element = document.createElement('div');
  element.className = 'map__over';
  const tag = document.createElement('div');
  tag.className = 'map__tag';
  tag.setAttribute('aria-hidden', 'true');
  tag.hidden = true;
  const list = document.createElement('ul');
  list.className = 'map__stops';
  element.append(tag, list);
  let drawn: Scene | undefined;

  function buttons(): HTMLButtonElement[] {
    return [...list.querySelectorAll('button')];
  }

  list.addEventListener('keydown', (event) => {
    const by = (
      { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 } as Readonly<Record<string, number>>
    )[event.key];
    const all = buttons();
    const index = all.indexOf(document.activeElement as HTMLButtonElement);
    if (index < 0) return;
    const next =
      event.key === 'Home'
        ? all[0]
        : event.key === 'End'
          ? all.at(-1)
          : by && all[(index + by + all.length) % all.length];
    if (!next) return;
    event.preventDefault();
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });
  list.addEventListener('click', (event) => {
    const netns = (event.target as Element).closest('button')?.dataset.netns;
    if (netns) container.dispatchEvent(new CustomEvent('hop:stop', { bubbles: true, detail: { netns } }));
  });

  function drawStop(stop: Stop, scale: number, focusable: boolean): HTMLLIElement {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.tabIndex = focusable ? 0 : -1;
    button.title = say(stop.name!);
    button.setAttribute('aria-label', say(stop.name!));
    button.dataset.stop = stop.id;
    if (stop.netns) button.dataset.netns = stop.netns;
    button.style.translate = `calc(${stop.x * scale}px - 50%) calc(${stop.y * scale}px - 50%)`;
    item.append(button);
    return item;
  }

  return {
    element,
    stops(scene: Scene, scale: number): void {
      const named = scene.stops.filter(({ name }) => name);
      const key = (of: Scene | undefined) =>
        JSON.stringify(of?.stops.filter(({ name }) => name).map(({ id, x, y, name }) => [id, x, y, name]));
      if (drawn?.layer === scene.layer && key(drawn) === key(scene)) return;
      drawn = scene;
      list.setAttribute('aria-label', say({ id: 'graph.stops', values: {} }));
      const focused = list.contains(document.activeElement)
        ? (document.activeElement as HTMLElement).dataset.stop
        : undefined;
      list.replaceChildren(
        ...named.map((stop, index) => drawStop(stop, scale, focused ? stop.id === focused : index === 0)),
      );
      if (focused)
        buttons()
          .find(({ dataset }) => dataset.stop === focused)
          ?.focus({ preventScroll: true });
    },
    /** Hangs the tag on the traveller, with what it carries at this step. */
    tag({ scene, route, cast }: Drawing, place: Place | undefined, along: number, scale: number): void {
      const packet = place && cast.trip?.exchange.packets[place.packet];
      const leg =
        route?.legs.find(({ start, length }) => along <= start + length + 0.01) ?? route?.legs.at(-1);
      // On the Kubernetes layer the Service is a station: there the line tells it.
      if (!packet || !leg || scene.layer === 'kubernetes') {
        tag.hidden = true;
        return;
      }
      const { side, before, now } = tagOf(packet.trace, packet.direction, place);
      const lines: HTMLElement[] = [];
      if (side === 'source') lines.push(line('small', say({ id: 'graph.source', values: {} })));
      if (before) lines.push(line('s', before));
      lines.push(line('b', now));
      tag.replaceChildren(...lines);
      tag.hidden = false;
      const traveller = pointAt(leg.line, along - leg.start);
      const size = { width: tag.offsetWidth / scale, height: tag.offsetHeight / scale };
      const points = route!.legs.flatMap((each) =>
        Array.from({ length: Math.ceil(each.length / 8) }, (_, index) => pointAt(each.line, index * 8)),
      );
      const at = placeTag(scene, traveller, size, points);
      tag.dataset.on = at.on;
      tag.style.translate = `${at.x * scale}px ${at.y * scale}px`;
      const tip = at.on === 'above' || at.on === 'below' ? traveller.x - at.x : traveller.y - at.y;
      tag.style.setProperty('--tip', `${tip * scale}px`);
    },
    hideTag(): void {
      tag.hidden = true;
    },
  };
}

function line(kind: 'b' | 's' | 'small', text: string): HTMLElement {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
