import type { Problem } from '../protocol.ts';
import { h, icon } from '../trip/dom.ts';
import type { LabSay } from '../words.ts';

/** Counts each file's problems on its tab and words the first problem of the open file, or else the notes, beneath the editor. */
export function showProblems(
  root: HTMLElement,
  strip: HTMLElement,
  problems: readonly Problem[],
  /** What else is to be known, quietly, when nothing is wrong. */
  notes: readonly string[],
  open: string,
  say: LabSay,
  goTo: (problem: Problem) => void,
): void {
  for (const tab of root.querySelectorAll<HTMLElement>('[data-tabs="files"] [data-file]')) {
    const count = problems.filter((problem) => problem.range.file === tab.dataset.file).length;
    const badge = tab.querySelector<HTMLElement>('.n');
    if (!badge) continue;
    badge.hidden = count === 0;
    badge.textContent = String(count);
    badge.setAttribute('aria-label', say('lab.errors', { count }));
  }
  const here = problems.filter((problem) => problem.range.file === open);
  const first = here[0] ?? problems[0];
  const key = JSON.stringify(first ? [first, here.length] : notes);
  if (strip.dataset.key === key) return;
  strip.dataset.key = key;
  strip.replaceChildren(...(first ? [problemBox(first, here.length - 1, say, goTo)] : notes.map(noteBox)));
}

function noteBox(text: string): HTMLElement {
  return h('div', { class: 'msg msg--note' }, icon('ask'), h('p', {}, text));
}

function problemBox(
  problem: Problem,
  others: number,
  say: LabSay,
  goTo: (problem: Problem) => void,
): HTMLElement {
  const { range, field } = problem;
  const name = field?.split('.').at(-1) ?? '';
  const where =
    name === ''
      ? say('lab.problem-line', { line: range.line })
      : say('lab.problem-line-field', { line: range.line, field: name });
  const button = h('button', { class: 'btn btn--s', type: 'button' }, say('lab.go-to-line'));
  button.addEventListener('click', () => goTo(problem));
  return h(
    'div',
    { class: 'msg msg--err' },
    icon('warn'),
    h(
      'p',
      {},
      h('b', {}, where),
      ' ',
      problem.hint ? say(problem.hint) : h('span', { class: 'msg__said' }, problem.message),
    ),
    problem.hint ? h('p', { class: 'msg__said' }, problem.message) : undefined,
    h(
      'div',
      { class: 'msg__f' },
      button,
      others > 0 ? h('span', {}, say('lab.more-problems', { count: others })) : undefined,
    ),
  );
}
