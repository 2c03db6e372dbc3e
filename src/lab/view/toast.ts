import { h, icon } from '../trip/dom.ts';

/** Says something in the lab's own frame, with one thing to do about it. A new word takes the old one's place. */
export function showToast(
  toast: HTMLElement,
  text: string,
  action: { readonly label: string; go(): void } | undefined,
  dismiss: string,
): void {
  const buttons: HTMLElement[] = [];
  if (action) {
    const button = h('button', { class: 'btn btn--s', type: 'button' }, action.label);
    button.addEventListener('click', () => {
      hideToast(toast);
      action.go();
    });
    buttons.push(button);
  }
  const close = h(
    'button',
    { class: 'btn btn--s btn--sq', type: 'button', 'aria-label': dismiss },
    icon('cross'),
  );
  close.addEventListener('click', () => hideToast(toast));
  buttons.push(close);
  toast.replaceChildren(h('p', {}, text), h('div', { class: 'toast__f' }, ...buttons));
  toast.hidden = false;
}

export function hideToast(toast: HTMLElement): void {
  toast.hidden = true;
  toast.replaceChildren();
}
