import { markDone, showProgress } from './progress.ts';
import { remember } from './storage.ts';

/** A lesson is the last one opened from here on, and done when its lab says so. */
showProgress();
const folder = document.querySelector<HTMLElement>('[data-folder]')?.dataset.folder;
if (folder !== undefined) {
  remember('hop.last', folder);
  document.addEventListener('hop-lab-done', () => markDone(folder));
}
