import type { Message } from '../../engine/index.ts';
import type { GoalState } from '../protocol.ts';

/** Shows which goals are met and what was seen. Answers the words of those that have just been met. */
export function showGoals(
  root: HTMLElement,
  goals: readonly GoalState[],
  words: { readonly done: string; readonly notYet: string },
  say: (message: Message) => string,
): readonly string[] {
  return goals.flatMap((goal) => {
    const element = root.querySelector<HTMLElement>(`[data-goal="${CSS.escape(goal.id)}"]`);
    if (!element) return [];
    const isNew = goal.done && !element.classList.contains('is-done');
    element.classList.toggle('is-done', goal.done);
    element.querySelector('.goal__m .ic')?.toggleAttribute('hidden', !goal.done);
    const state = element.querySelector('.st');
    if (state) state.textContent = goal.done ? words.done : words.notYet;
    const evidence = element.querySelector('[data-evidence]');
    if (evidence) evidence.textContent = goal.evidence ? say(goal.evidence) : '';
    return isNew ? [element.querySelector(':scope > p')?.textContent ?? ''] : [];
  });
}
