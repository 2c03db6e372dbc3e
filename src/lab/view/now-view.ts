import { h } from '../trip/dom.ts';
import { controls, place } from './find.ts';

/** The bar above the phone's tabs: where the packet is, so that stepping works from any pane. */
export function showNow(
  root: HTMLElement,
  now: { readonly where: string; readonly what: string } | undefined,
  idle: string,
): void {
  const text = place(root, 'now');
  text.closest('.now')?.classList.toggle('is-on', now !== undefined);
  for (const button of [...controls(root, 'step-previous'), ...controls(root, 'step-next')]) {
    button.setAttribute('aria-disabled', String(now === undefined));
  }
  if (now) text.replaceChildren(h('b', {}, now.where), h('span', { class: 'dim' }, now.what));
  else text.textContent = idle;
}

/** The words of a message without its marks for code and stamps. */
export function unmarked(text: string): string {
  return text.replaceAll('`', '').replace(/\[\[(.*?)\]\]/g, '$1');
}
