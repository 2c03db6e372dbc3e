import { isDone, lastLesson, showProgress } from './progress.ts';

/** The home page knows where this learner is: the stop, the list's words and the big button follow. */
showProgress();

const button = document.querySelector<HTMLAnchorElement>('#go-on');
const stops = [...document.querySelectorAll<HTMLElement | SVGElement>('[data-lesson]')];
const last = lastLesson();
const here = last !== undefined && stops.some((stop) => stop.dataset.lesson === last) ? last : undefined;

for (const stop of stops) {
  const lesson = stop.dataset.lesson ?? '';
  const state = stop.querySelector<HTMLElement>('.tt__d');
  if (isDone(lesson)) {
    if (state) state.textContent = state.dataset.done ?? '';
  } else if (lesson === (here ?? button?.dataset.first)) {
    stop.setAttribute('data-here', '');
    if (state && here !== undefined) state.textContent = state.dataset.here ?? '';
  }
}

const link = document.querySelector<HTMLAnchorElement>(`a.hm[data-lesson="${here ?? ''}"]`);
if (button && here !== undefined && !isDone(here) && link) {
  button.href = link.href;
  const words = button.querySelector('span');
  if (words) words.textContent = link.dataset.resume ?? words.textContent;
}
