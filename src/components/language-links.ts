import { remember } from './storage.ts';

/**
 * The language switch: remembers the choice, and keeps the place. Headings differ by language, but stand in the same
 * order, so the link goes to the other page's heading with the number of the one that is being read.
 */
for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-language]')) {
  link.addEventListener('click', () => {
    remember('hop.language', link.dataset.language);
    const anchors = (link.dataset.anchors ?? '').split(' ').filter((anchor) => anchor !== '');
    const place = readingHeading();
    const anchor = place === undefined ? undefined : anchors[place];
    const url = new URL(link.href);
    url.hash = anchor ?? '';
    link.href = url.href;
  });
}

/** The number of the last heading above the upper third of the window; undefined at the top of the page. */
function readingHeading(): number | undefined {
  const headings = [...document.querySelectorAll('main h2[id]')];
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
  return passed.length === 0 || scrollY < 100 ? undefined : passed.length - 1;
}
