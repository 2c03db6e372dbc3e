import type { Message } from '../../engine/index.ts';
import { h, plain } from './dom.ts';
import type { Ruler } from './hop-card.ts';

/**
 * One tick a step, hops as brackets, the traveller as the slider's thumb. Arrows move a step, Home and End go to the
 * packet's ends, Page Up and Page Down move a hop. The element lives on while its contents change, so that a screen
 * reader hears the value, not a new control.
 */
export function createRuler(options: {
  readonly step: (by: number) => void;
  readonly go: (value: number) => void;
}): {
  readonly element: HTMLElement;
  update(ruler: Ruler, what: Message, say: (message: Message) => string): void;
} {
  let current: Ruler | undefined;
  const element = h('div', {
    class: 'ruler',
    role: 'slider',
    tabindex: '0',
    'aria-valuemin': 1,
    'data-key': 'ruler',
  });

  function hopStart(by: number): number {
    const index = current!.hops.findIndex((hop) => hop.current);
    return current!.hops[Math.max(0, Math.min(current!.hops.length - 1, index + by))]!.from;
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowRight: () => options.step(1),
    ArrowUp: () => options.step(1),
    ArrowLeft: () => options.step(-1),
    ArrowDown: () => options.step(-1),
    Home: () => options.go(1),
    End: () => options.go(current!.total),
    PageDown: () => options.go(hopStart(1)),
    PageUp: () => options.go(hopStart(-1)),
  };
  element.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || !current || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  function valueAt(event: PointerEvent): number {
    const { left, width } = element.getBoundingClientRect();
    return Math.max(
      1,
      Math.min(current!.total, Math.ceil(((event.clientX - left) / width) * current!.total)),
    );
  }
  element.addEventListener('pointerdown', (event) => {
    if (!current || event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    options.go(valueAt(event));
  });
  element.addEventListener('pointermove', (event) => {
    if (current && element.hasPointerCapture(event.pointerId) && valueAt(event) !== current.value)
      options.go(valueAt(event));
  });

  return {
    element,
    update(ruler, what, say) {
      current = ruler;
      const here = ruler.hops.find((hop) => hop.current);
      element.setAttribute('aria-label', say({ id: 'trip.ruler', values: {} }));
      element.setAttribute('aria-valuemax', String(ruler.total));
      element.setAttribute('aria-valuenow', String(ruler.value));
      const values = { step: ruler.value, of: ruler.total, name: here?.name ?? '', what: plain(say(what)) };
      element.setAttribute('aria-valuetext', say({ id: 'trip.ruler.value', values }));
      element.style.setProperty('--total', String(ruler.total));
      element.style.setProperty('--value', String(ruler.value));
      const scale = h('div', { class: 'ruler__scale' });
      ruler.ticks.forEach(({ stamp, end }, index) => {
        const state = index + 1 < ruler.value ? 'is-past' : '';
        scale.append(
          h('i', { class: `tick ${state}${stamp ? ' tick--stamp' : ''}${end ? ' tick--end' : ''}` }),
        );
      });
      scale.append(h('span', { class: 'ruler__here' }));
      const hops = h('div', { class: 'ruler__hops' });
      for (const hop of ruler.hops) {
        const width = hop.to - hop.from + 1;
        hops.append(
          h(
            'span',
            { class: hop.current ? 'is-now' : undefined, style: `flex-grow:${width}` },
            h('span', {}, hop.name),
          ),
        );
      }
      element.replaceChildren(scale, hops);
    },
  };
}
