/** Makes the tabs of a list behave as tabs do: one of them in the tab order, arrows move among them. */
export function wireTabs(list: HTMLElement, choose: (tab: HTMLElement) => void, signal?: AbortSignal): void {
  const until = signal ? { signal } : {};
  const tabs = () => [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
  const activate = (tab: HTMLElement, focus: boolean) => {
    selectTab(list, tab);
    if (focus) tab.focus();
    choose(tab);
  };
  list.addEventListener(
    'click',
    (event) => {
      const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
      if (tab) activate(tab, false);
    },
    until,
  );
  list.addEventListener(
    'keydown',
    (event) => {
      const all = tabs();
      const at = all.indexOf(event.target as HTMLElement);
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
      if (at === -1 || to === undefined) return;
      event.preventDefault();
      activate(all[(to + all.length) % all.length]!, true);
    },
    until,
  );
}

export function selectTab(list: HTMLElement, chosen: HTMLElement): void {
  for (const tab of list.querySelectorAll<HTMLElement>('[role="tab"]')) {
    tab.setAttribute('aria-selected', String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
  }
  // In sight, in a list that is wider than its place; the page itself stays where it is.
  const { left, right } = chosen.getBoundingClientRect();
  const box = list.getBoundingClientRect();
  if (left < box.left) list.scrollLeft -= box.left - left;
  else if (right > box.right) list.scrollLeft += right - box.right;
}

/** A tab for each file that has none yet. */
export function addFileTabs(list: HTMLElement, names: readonly string[]): void {
  const [first] = list.querySelectorAll<HTMLElement>('[role="tab"]');
  for (const name of names) {
    const there = [...list.querySelectorAll<HTMLElement>('[data-file]')].some(
      (tab) => tab.dataset.file === name,
    );
    if (!first || there) continue;
    const tab = first.cloneNode(true) as HTMLElement;
    tab.dataset.file = name;
    tab.setAttribute('aria-selected', 'false');
    tab.tabIndex = -1;
    tab.firstChild!.textContent = name;
    const count = tab.querySelector<HTMLElement>('.n');
    if (count) count.hidden = true;
    list.append(tab);
  }
}
