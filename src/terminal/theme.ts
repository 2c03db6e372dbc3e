import type { ITheme } from '@xterm/xterm';

/** The page's colours as they are now. Output is quiet, what was typed is ink, the prompt quieter still. */
export function readTheme(): ITheme {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const colour = (variable: string) => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const theme: ITheme = {
    background: colour('--well'),
    foreground: colour('--ink-2'),
    cursor: colour('--ink'),
    cursorAccent: colour('--well'),
    selectionBackground: colour('--tcp-soft'),
    black: colour('--well'),
    white: colour('--ink'),
    brightBlack: colour('--ink-3'),
    brightWhite: colour('--ink'),
    red: colour('--blocked'),
    green: colour('--reply'),
    yellow: colour('--stamp'),
    blue: colour('--tcp'),
    magenta: colour('--dns'),
    cyan: colour('--code-key'),
  };
  probe.remove();
  return theme;
}
