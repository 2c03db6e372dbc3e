import type { LabDefinition } from './definition.ts';
import type { OpenLab } from './open-lab.ts';
import { progressKey } from './progress-key.ts';
import { wireTabs } from './view/tabs.ts';

/** What asked for the lab to be opened, and is done once it is open. */
type Wish = 'run' | 'start-over' | 'full-screen' | 'editor' | 'terminal' | 'none';

/**
 * `<hop-lab>`: a lab on a page. Its markup is written by the page and can be read without this; the editor, the terminal,
 * the map and the simulator come when the learner first touches it. Fires `hop-lab-done` when all goals are met.
 */
class HopLab extends HTMLElement {
  #opening: Promise<OpenLab> | undefined;
  #listeners = new AbortController();

  connectedCallback(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    this.#wirePanes();
    const files = this.querySelector<HTMLElement>('[data-tabs="files"]');
    if (files) wireTabs(files, (tab) => this.#openFile(tab.dataset.file ?? ''));
    this.addEventListener('click', (event) => this.#onClick(event), { signal });
    this.addEventListener('focusin', (event) => this.#onFocus(event), { signal });
    this.#warmWhenIdle(signal);
    void this.#showKept();
  }

  disconnectedCallback(): void {
    this.#listeners.abort();
    void this.#opening?.then((lab) => lab.dispose());
    this.#opening = undefined;
  }

  #onClick(event: MouseEvent): void {
    const target = event.target as Element;
    if (this.#opening || target.closest('summary, .dock nav, a, dialog')) return;
    const wish = target.closest<HTMLElement>('[data-do]')?.dataset.do;
    if (wish === 'run' || wish === 'start-over' || wish === 'full-screen') void this.#open(wish);
    else if (target.closest('[data-place="terminal"]')) void this.#open('terminal');
    else void this.#open(target.closest('[data-place="editor"]') ? 'editor' : 'none');
  }

  /** Typing opens the lab; passing through on the way to something else does not. */
  #onFocus(event: FocusEvent): void {
    const listing = (event.target as Element).closest<HTMLElement>('[data-listing]');
    if (this.#opening || !listing) return;
    const typed = (key: KeyboardEvent) => {
      if (
        key.key === 'Tab' ||
        key.key === 'Shift' ||
        key.key.startsWith('Arrow') ||
        key.key.startsWith('Page')
      )
        return;
      void this.#open('editor');
    };
    listing.addEventListener('keydown', typed, { signal: this.#listeners.signal });
    listing.addEventListener('blur', () => listing.removeEventListener('keydown', typed), { once: true });
  }

  async #open(wish: Wish): Promise<void> {
    const { openLab } = await import('./open-lab.ts');
    this.#opening ??= openLab(this, this.#definition(), this.#lesson());
    const lab = await this.#opening;
    if (wish === 'run') await lab.run();
    else if (wish === 'start-over') lab.askToStartOver();
    else if (wish === 'full-screen') lab.toggleFullScreen();
    else if (wish !== 'none') lab.focus(wish);
  }

  /** The simulator may start by itself once the lab is in sight and nothing else is going on: it has its own thread. */
  #warmWhenIdle(signal: AbortSignal): void {
    const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
    if (connection?.saveData || !('IntersectionObserver' in globalThis)) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      const idle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 500));
      idle(async () => {
        const { warmLab } = await import('./open-lab.ts');
        if (!signal.aborted && !this.#opening) warmLab(this, this.#definition());
      });
    });
    observer.observe(this);
    signal.addEventListener('abort', () => observer.disconnect());
  }

  /** Most labs have been left nothing: then nothing is loaded to show it. */
  async #showKept(): Promise<void> {
    try {
      const definition = this.#definition();
      const key = progressKey(this.#lesson(), definition.name);
      if (localStorage.getItem(key) === null) return;
      const { showKept } = await import('./show-kept.ts');
      if (!this.#opening) showKept(this, definition, localStorage, key);
    } catch {
      // A page without storage shows the lab as it is found.
    }
  }

  #openFile(name: string): void {
    for (const listing of this.querySelectorAll<HTMLElement>('[data-listing]')) {
      listing.hidden = listing.dataset.listing !== name;
    }
    this.dispatchEvent(new CustomEvent('hop-file', { detail: { file: name } }));
  }

  /** Narrow labs show one pane at a time. */
  #wirePanes(): void {
    const buttons = [...this.querySelectorAll<HTMLElement>('.dock nav [data-pane]')];
    for (const button of buttons) {
      button.addEventListener('click', () => {
        this.dataset.pane = button.dataset.pane;
        for (const each of buttons) each.setAttribute('aria-pressed', String(each === button));
      });
    }
  }

  #definition(): LabDefinition {
    return JSON.parse(
      this.querySelector('script[type="application/json"]')?.textContent ?? '{}',
    ) as LabDefinition;
  }

  #lesson(): string {
    return this.closest<HTMLElement>('[data-folder]')?.dataset.folder ?? '';
  }
}

if (!customElements.get('hop-lab')) customElements.define('hop-lab', HopLab);
