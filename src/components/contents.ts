/** Marks in the list of contents the part that is being read. */
const links = [...document.querySelectorAll<HTMLAnchorElement>('.toc a')];
const parts = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));

function mark(): void {
  const passed = parts.filter((part) => part && part.getBoundingClientRect().top < innerHeight / 3).length;
  links.forEach((link, index) => {
    if (index === Math.max(0, passed - 1)) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  });
}

const observer = new IntersectionObserver(mark, { rootMargin: '0px 0px -66% 0px' });
for (const part of parts) if (part) observer.observe(part);
mark();
