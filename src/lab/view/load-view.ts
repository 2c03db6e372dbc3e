import { h } from '../trip/dom.ts';
import { place } from './find.ts';

/** The pieces of a lab, as stations on the way to it. */
export const STATIONS = ['engine', 'cluster', 'editor', 'ready'] as const;
export type StationName = (typeof STATIONS)[number];

/** The line that fills while a lab opens. */
export interface LoadView {
  /** The train is on its way to this station; those before it have been reached. */
  heading(station: StationName, words: string, note: string): void;
  /** Says why the lab does not open. Resolves when the learner wants to try again. */
  failed(words: string, reason: string, retry: string): Promise<void>;
  /** All is there: the line makes room for the map. */
  done(): void;
}

export function createLoadView(root: HTMLElement): LoadView {
  const load = place(root, 'load');
  const text = place(root, 'load-text');
  const hint = place(root, 'load-hint');
  const button = load.querySelector<HTMLElement>('[data-do="open"]');
  return {
    heading(station, words, note) {
      root.setAttribute('aria-busy', 'true');
      if (button) button.hidden = true;
      hint.hidden = true;
      const at = STATIONS.indexOf(station);
      load.dataset.arrived = String(at);
      load.style.setProperty('--arrived', String(at));
      for (const [index, name] of STATIONS.entries()) {
        const stop = load.querySelector(`[data-station="${name}"]`);
        stop?.classList.toggle('is-done', index < at);
        stop?.classList.toggle('is-now', index === at);
      }
      setLines(text, words, note);
    },
    failed(words, reason, retry) {
      root.removeAttribute('aria-busy');
      setLines(text, words, reason);
      const again = h('button', { class: 'btn', type: 'button' }, retry);
      load.append(again);
      return new Promise((resolve) => {
        again.addEventListener('click', () => {
          again.remove();
          resolve();
        });
      });
    },
    done() {
      root.removeAttribute('aria-busy');
      load.remove();
    },
  };
}

function setLines(element: HTMLElement, strong: string, small: string): void {
  element.replaceChildren(h('b', {}, strong), h('br'), h('span', { class: 'xs dim' }, small));
}
