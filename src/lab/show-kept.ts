import type { LabDefinition } from './definition.ts';
import { loadProgress, type TextStore } from './progress.ts';
import { tokenizeYaml } from './tokenize-yaml.ts';
import { h } from './trip/dom.ts';

/** Shows in a lab that is still closed what the learner left there last time: the texts, and which goals are met. */
export function showKept(root: HTMLElement, { files }: LabDefinition, store: TextStore, key: string): void {
  const kept = loadProgress(store, key);
  if (typeof kept !== 'object') return;
  for (const { name, text } of kept.files) {
    const listing = root.querySelector<HTMLElement>(`[data-listing="${CSS.escape(name)}"]`);
    if (!listing || files.some((file) => file.name === name && file.text === text)) continue;
    listing.replaceChildren(
      ...tokenizeYaml(text).map((line) =>
        h(
          'code',
          {},
          ...line.map((token) =>
            token.kind === 'text' ? token.text : h('span', { class: `y-${token.kind}` }, token.text),
          ),
          '\n',
        ),
      ),
    );
  }
  for (const id of kept.met) {
    const goal = root.querySelector(`[data-goal="${CSS.escape(id)}"]`);
    goal?.classList.add('is-done');
    goal?.querySelector('.goal__m .ic')?.removeAttribute('hidden');
    const state = goal?.querySelector<HTMLElement>('.st');
    if (state?.dataset.done) state.textContent = state.dataset.done;
  }
}
