import type { ClusterView } from '../../engine/index.ts';
import { composeLine, type SlotName, type SlotOptions, slotOptions } from '../compose.ts';

const NAMES = ['verb', 'target', 'tool', 'what'] as const satisfies readonly SlotName[];

export interface ComposeView {
  /** The cluster has changed, and with it what can be asked. */
  update(view: ClusterView): void;
  dispose(): void;
}

/** The slots from which a command is put together by tapping. */
export function createComposeView(
  form: HTMLFormElement,
  own: readonly (readonly string[])[],
  send: (line: string) => void,
): ComposeView {
  const selects = Object.fromEntries(
    NAMES.map((name) => [name, form.querySelector<HTMLSelectElement>(`select[name="${name}"]`)!]),
  ) as Record<SlotName, HTMLSelectElement>;
  let view: ClusterView | undefined;
  /** The slots that the learner has chosen in; the others follow what the lab would choose. */
  const touched = new Set<SlotName>();

  const chosen = () =>
    Object.fromEntries(NAMES.map((name) => [name, selects[name].value])) as Record<SlotName, string>;

  function fillSlots(): void {
    if (!view) return;
    const options: SlotOptions = slotOptions(view, chosen(), own);
    for (const name of NAMES) {
      const before = selects[name].value;
      const texts = options[name];
      if ([...selects[name].options].map((option) => option.value).join('\n') !== texts.join('\n')) {
        selects[name].replaceChildren(...texts.map((text) => new Option(text, text)));
        if (touched.has(name) && texts.includes(before)) selects[name].value = before;
      }
      selects[name].closest<HTMLElement>('.slot')!.hidden = texts.length === 0;
    }
  }

  const changed = (event: Event) => {
    const name = NAMES.find((each) => selects[each] === event.target);
    if (name) touched.add(name);
    fillSlots();
  };
  const submitted = (event: SubmitEvent) => {
    event.preventDefault();
    if (view) send(composeLine(chosen()));
  };
  form.addEventListener('change', changed);
  form.addEventListener('submit', submitted);
  return {
    update(next: ClusterView): void {
      view = next;
      fillSlots();
    },
    dispose(): void {
      form.removeEventListener('change', changed);
      form.removeEventListener('submit', submitted);
    },
  };
}
