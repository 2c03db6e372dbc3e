import { recall, remember } from './storage.ts';

const CHOICES = ['system', 'light', 'dark'] as const;
type Choice = (typeof CHOICES)[number];

const root = document.documentElement;
const night = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Choice {
  const theme = recall('hop.theme');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

function show(choice: Choice): void {
  if (choice === 'system') delete root.dataset.theme;
  else root.dataset.theme = choice;
  root.dataset.themeChoice = choice;
  announce();
}

/** Tells whoever draws outside CSS (the map, the editor) which theme is on. */
function announce(): void {
  const theme = root.dataset.theme ?? (night.matches ? 'dark' : 'light');
  document.dispatchEvent(new CustomEvent('hop:theme', { detail: { theme } }));
}

/** The button that goes round the themes: the system's, light, dark. Its words stand in its `data-` attributes. */
class ThemeButton extends HTMLElement {
  #choice: Choice = 'system';
  #button: HTMLButtonElement | null = null;

  connectedCallback(): void {
    this.#button = this.querySelector('button');
    this.#choice = chosen();
    this.#word();
    this.hidden = false;
    this.#button?.addEventListener('click', this.#turn);
  }

  disconnectedCallback(): void {
    this.#button?.removeEventListener('click', this.#turn);
  }

  #turn = (): void => {
    this.#choice = CHOICES[(CHOICES.indexOf(this.#choice) + 1) % CHOICES.length] ?? 'system';
    remember('hop.theme', this.#choice === 'system' ? undefined : this.#choice);
    show(this.#choice);
    this.#word();
  };

  #word(): void {
    const words = this.dataset[this.#choice] ?? '';
    this.#button?.setAttribute('aria-label', words);
    this.#button?.setAttribute('title', words);
  }
}

night.addEventListener('change', announce);
// Another tab of the course may have changed it.
window.addEventListener('storage', (event) => {
  if (event.key === 'hop.theme') show(chosen());
});
customElements.define('hop-theme', ThemeButton);
