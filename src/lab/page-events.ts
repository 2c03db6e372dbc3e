import type { LabPage } from './lab-page.ts';
import type { SourceRange } from './protocol.ts';
import type { StepDetail } from './trip/index.ts';
import { controls } from './view/find.ts';
import type { LabSay } from './words.ts';

/** Connects a lab's controls, and what its parts tell, to the page. Everything ends with the signal. */
export function wirePage(root: HTMLElement, page: LabPage, say: LabSay, signal: AbortSignal): void {
  const on = <T>(name: string, handle: (detail: T) => void) =>
    root.addEventListener(name, (event) => handle((event as CustomEvent<T>).detail), { signal });

  on<{ readonly file: string }>('hop-file', ({ file }) => {
    page.pieces.editor?.open(file);
    page.drawProblems();
  });
  on<StepDetail>('hop:step', (detail) => page.stepTaken(detail));
  on<{ readonly netns: string }>('hop:stop', ({ netns }) => page.pieces.trip?.goTo(netns));
  on<{ readonly source: SourceRange }>('hop:source', ({ source }) => page.goToSource(source));

  root.addEventListener(
    'click',
    (event) => {
      const target = (event.target as Element).closest<HTMLElement>('[data-do], [data-layer]');
      const layer = target?.dataset.layer;
      if (layer === 'kubernetes' || layer === 'network') page.setLayer(layer);
      switch (target?.dataset.do) {
        case 'run':
          return void page.run();
        case 'start-over':
          return page.askToStartOver();
        case 'full-screen':
          return toggleFullScreen(root);
        case 'wide-terminal':
          return target.setAttribute('aria-pressed', String(root.toggleAttribute('data-wide')));
        case 'step-previous':
          return page.pieces.trip?.previous();
        case 'step-next':
          return page.pieces.trip?.next();
      }
    },
    { signal },
  );
  root.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      void page.run();
    },
    { signal },
  );
  document.addEventListener('fullscreenchange', () => showFullScreen(root, say), { signal });
}

/** All of the screen for the lab; where the browser has no such thing (iPhone), all of the window. */
export function toggleFullScreen(root: HTMLElement): void {
  if (document.fullscreenElement === root) void document.exitFullscreen();
  else if (root.requestFullscreen) root.requestFullscreen().catch(() => root.classList.toggle('is-full'));
  else root.classList.toggle('is-full');
}

function showFullScreen(root: HTMLElement, say: LabSay): void {
  const full = document.fullscreenElement === root;
  for (const button of controls(root, 'full-screen')) {
    button.setAttribute('aria-pressed', String(full));
    button.setAttribute('aria-label', say(full ? 'lab.full-screen-leave' : 'lab.full-screen'));
  }
}
