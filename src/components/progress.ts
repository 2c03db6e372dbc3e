import { recall, recallTable, rememberIn } from './storage.ts';

/** Marks on course lines, lists and maps what this learner has done: `[data-lesson]` gets `data-done`. */
export function showProgress(): void {
  const done = recallTable('hop.lessons');
  for (const stop of document.querySelectorAll<HTMLElement | SVGElement>('[data-lesson]')) {
    stop.toggleAttribute('data-done', done[stop.dataset.lesson ?? ''] === 'done');
  }
}

export function isDone(lesson: string): boolean {
  return recallTable('hop.lessons')[lesson] === 'done';
}

export function markDone(lesson: string): void {
  rememberIn('hop.lessons', lesson, 'done');
  showProgress();
}

/** The lesson opened last. */
export function lastLesson(): string | undefined {
  return recall('hop.last');
}
