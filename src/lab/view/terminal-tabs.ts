import type { TerminalName } from '../protocol.ts';
import { h, icon } from '../trip/dom.ts';

export function findTerminalTab(list: HTMLElement, terminal: TerminalName): HTMLElement | null {
  return list.querySelector<HTMLElement>(`[data-terminal="${CSS.escape(terminal)}"]`);
}

/** A tab for a terminal, or the one that it has. `closable` says how it is closed; without it, it stays. */
export function addTerminalTab(
  list: HTMLElement,
  terminal: TerminalName,
  name: string,
  closable: string | undefined,
): HTMLElement {
  const there = findTerminalTab(list, terminal);
  if (there) return there;
  const tab = findTerminalTab(list, '')!.cloneNode(false) as HTMLElement;
  tab.dataset.terminal = terminal;
  tab.setAttribute('aria-selected', 'false');
  tab.tabIndex = -1;
  tab.append(name);
  if (closable !== undefined) {
    tab.setAttribute('aria-keyshortcuts', 'Delete');
    const close = h('span', { class: 'tabs__close', title: closable }, icon('cross'));
    close.setAttribute('aria-hidden', 'true');
    tab.append(close, h('span', { class: 'sr' }, ` (${closable})`));
  }
  // The learner's own stand together, before the nodes'.
  const own = [...list.querySelectorAll<HTMLElement>('[data-terminal=""], [data-terminal^="/"]')].at(-1);
  if (terminal.startsWith('/') && own) own.after(tab);
  else list.append(tab);
  return tab;
}

/** Shows on a tab that a command runs in its terminal; without words, that none does. */
export function markBusy(list: HTMLElement, terminal: TerminalName, words: string | undefined): void {
  const tab = findTerminalTab(list, terminal);
  tab?.querySelector('.tabs__busy')?.remove();
  if (!tab || words === undefined) return;
  tab.append(h('span', { class: 'tabs__busy' }, h('span', { class: 'sr' }, ` (${words})`)));
}
