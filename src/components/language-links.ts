import { remember } from './storage.ts';

/** How long somebody must stay at a place before it counts as the place where they are, in milliseconds. */
const SETTLED = 800;
/** Longer at the top: the language switch is there, and on the way to it nobody has begun to read again. */
const SETTLED_AT_TOP = 6000;

/**
 * The language switch: remembers the choice, and keeps the place. Headings differ by language, but stand in the same
 * order, so the link goes to the other page's heading with the number of the one that is being read.
 */
let place: number | undefined;
let timer: number | undefined;

for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-language]')) {
  link.addEventListener('click', () => {
    remember('hop.language', link.dataset.language);
    const anchors = (link.dataset.anchors ?? '').split(' ').filter((anchor) => anchor !== '');
    const heading = readingHeading() ?? place;
    const url = new URL(link.href);
    url.hash = (heading === undefined ? undefined : anchors[heading]) ?? '';
    link.href = url.href;
  });
}

window.addEventListener(
  'scroll',
  () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(
      () => {
        place = readingHeading();
      },
      atTop() ? SETTLED_AT_TOP : SETTLED,
    );
  },
  { passive: true },
);

/** The number of the last heading above the upper third of the window; undefined at the top of the page. */
function readingHeading(): number | undefined {
  if (atTop()) return undefined;
  const headings = [...document.querySelectorAll('main h2[id]')];
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
  return passed.length === 0 ? undefined : passed.length - 1;
}

function atTop(): boolean {
  return window.scrollY < 100;
}
