import type { Terminal as Xterm } from '@xterm/xterm';

/**
 * What a phone needs beside keys: a finger that scrolls the screen (at its ends, the page), and text that comes without
 * any key being pressed (dictation, suggestions, emoji), which xterm.js leaves out when it talks to screen readers.
 */
export function wireTouch(xterm: Xterm, place: HTMLElement): void {
  let lastY: number | undefined;
  /** Less than a row that the finger has gone. */
  let rest = 0;
  place.addEventListener(
    'touchstart',
    ({ touches }) => {
      lastY = touches.length === 1 ? touches[0]!.clientY : undefined;
      rest = 0;
    },
    { passive: true },
  );
  place.addEventListener(
    'touchmove',
    (event) => {
      const [touch] = event.touches;
      if (lastY === undefined || !touch) return;
      const { baseY, viewportY } = xterm.buffer.active;
      const gone = lastY - touch.clientY;
      lastY = touch.clientY;
      if (gone < 0 ? viewportY === 0 : viewportY >= baseY) return;
      event.preventDefault();
      rest += gone;
      const row = place.clientHeight / xterm.rows;
      const rows = Math.trunc(rest / row);
      rest -= rows * row;
      if (rows !== 0) xterm.scrollLines(rows);
    },
    { passive: false },
  );

  const { textarea } = xterm;
  let isKeyDown = false;
  textarea?.addEventListener('keydown', () => {
    isKeyDown = true;
  });
  textarea?.addEventListener('keyup', () => {
    isKeyDown = false;
  });
  textarea?.addEventListener('input', (event) => {
    const { data, inputType, isComposing } = event as InputEvent;
    if (isKeyDown || isComposing || inputType !== 'insertText' || !data) return;
    textarea.value = '';
    xterm.input(data);
  });
}
