import type { YamlEditor } from '../../editor/index.ts';
import { h, icon } from '../trip/dom.ts';
import type { LabSay } from '../words.ts';
import { place } from './find.ts';
import { addFileTabs, selectTab } from './tabs.ts';

/** The editor as `kubectl edit` uses it: a text of the cluster's among the learner's files, until it is saved or given up. */
export interface EditView {
  /** Answers the text as it was saved; undefined: given up. */
  open(file: string, text: string): Promise<string | undefined>;
  /** Saves what is being edited, if it is in sight. Answers whether there was something. */
  save(): boolean;
  giveUp(): void;
}

export function createEditView(root: HTMLElement, editor: YamlEditor, say: LabSay): EditView {
  const tabs = root.querySelector<HTMLElement>('[data-tabs="files"]')!;
  const box = place(root, 'editor');
  let current: { readonly file: string; end(text: string | undefined): void } | undefined;
  const tabOf = (file: string) => tabs.querySelector<HTMLElement>(`[data-file="${CSS.escape(file)}"]`);

  function bar(): HTMLElement {
    const save = h('button', { class: 'btn btn--go btn--s', type: 'button' }, say('lab.edit-save'));
    const cancel = h('button', { class: 'btn btn--s', type: 'button' }, say('lab.cancel'));
    save.addEventListener('click', () => end(true));
    cancel.addEventListener('click', () => end(false));
    return h(
      'div',
      { class: 'msg msg--edit' },
      icon('doc'),
      h('p', {}, say('lab.edit-hint')),
      h('div', { class: 'msg__f' }, save, cancel),
    );
  }

  function end(isSaved: boolean): void {
    const ended = current;
    if (!ended) return;
    current = undefined;
    const text = editor.closeScratch(ended.file);
    const wasChosen = tabOf(ended.file)?.getAttribute('aria-selected') === 'true';
    tabOf(ended.file)?.remove();
    root.querySelector('.msg--edit')?.remove();
    const [first] = tabs.querySelectorAll<HTMLElement>('[role="tab"]');
    if (wasChosen && first) {
      selectTab(tabs, first);
      editor.open(first.dataset.file ?? '');
    }
    ended.end(isSaved ? text : undefined);
  }

  return {
    open(file, text) {
      end(false);
      addFileTabs(tabs, [file]);
      selectTab(tabs, tabOf(file)!);
      box.before(bar());
      editor.openScratch(file, text);
      return new Promise((resolve) => {
        current = { file, end: resolve };
      });
    },
    save() {
      if (!current || editor.openFile() !== current.file) return false;
      end(true);
      return true;
    },
    giveUp: () => end(false),
  };
}
