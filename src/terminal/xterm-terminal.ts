import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal as Xterm } from '@xterm/xterm';
import xtermCss from '@xterm/xterm/css/xterm.css?inline';
import { applyCompletion, inColumns } from './completion.ts';
import type { Terminal, TerminalOptions } from './create-terminal.ts';
import { afterSubmit, emptyLine, insert, type LineState, pressKey } from './line-editor.ts';
import { NOTHING_DRAWN, renderLine } from './render-line.ts';

const SCROLLBACK = 2000;
/** Below this a prompt and its line cannot be drawn. */
const LEAST_COLUMNS = 20;

const XTERM_SHEET = new CSSStyleSheet();
XTERM_SHEET.replaceSync(xtermCss);

/** Opens an xterm.js terminal in a container, with readline's keys of our own. */
export function openXterm(container: HTMLElement, options: TerminalOptions): Terminal {
  if (!document.adoptedStyleSheets.includes(XTERM_SHEET)) {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, XTERM_SHEET];
  }
  const style = getComputedStyle(document.documentElement);
  const place = document.createElement('div');
  place.className = 'screen__xterm';
  container.append(place);
  const xterm = new Xterm({
    fontFamily: style.getPropertyValue('--mono').trim(),
    fontSize: 13,
    lineHeight: 1.35,
    fontWeight: 400,
    fontWeightBold: 600,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    cursorInactiveStyle: 'outline',
    convertEol: true,
    scrollback: SCROLLBACK,
    screenReaderMode: true,
    drawBoldTextInBrightColors: false,
    minimumContrastRatio: 4.5,
    theme: readTheme(),
  });
  const fit = new FitAddon();
  xterm.loadAddon(fit);
  xterm.open(place);
  xterm.textarea?.setAttribute('aria-label', options.label);
  xterm.textarea?.setAttribute('autocapitalize', 'off');

  let line: LineState = emptyLine(options.history);
  let prompt = options.prompt;
  let drawn = NOTHING_DRAWN;
  let busy = false;
  /** Who waits for the prompt to come back. */
  const waiting: (() => void)[] = [];
  /** The lines so far of a command that goes on over several. */
  let begun = '';
  let tabLeaves = false;
  /** Whether what was printed last ended its line. */
  let atLineStart = true;

  function draw(): void {
    const result = renderLine(begun === '' ? prompt : '> ', line, Math.max(LEAST_COLUMNS, xterm.cols), drawn);
    drawn = result.drawn;
    xterm.write(result.output);
  }

  function finishLine(): void {
    line = { ...line, cursor: line.text.length };
    draw();
    xterm.write('\n');
    drawn = NOTHING_DRAWN;
  }

  function write(text: string): void {
    if (text === '') return;
    atLineStart = text.endsWith('\n');
    xterm.write(text);
  }

  function newPrompt(): void {
    if (!atLineStart) xterm.write('\n');
    atLineStart = true;
    drawn = NOTHING_DRAWN;
    draw();
  }

  async function send(): Promise<void> {
    const { search: _, ...found } = line;
    line = found;
    const text = begun + line.text;
    finishLine();
    line = afterSubmit(line);
    if (text.trim() !== '') {
      busy = true;
      try {
        if (await options.isIncomplete(text)) {
          begun = `${text}\n`;
        } else {
          begun = '';
          options.onHistory(line.history);
          prompt = await options.run(text, write, Math.max(LEAST_COLUMNS, xterm.cols));
        }
      } finally {
        busy = false;
      }
    }
    newPrompt();
    for (const go of waiting.splice(0)) go();
  }

  async function complete(): Promise<void> {
    const asked = line;
    const completion = await options.complete(asked.text, asked.cursor);
    if (line !== asked || busy) return;
    const result = applyCompletion(line, completion);
    if (result.list.length > 0) {
      finishLine();
      xterm.write(`${inColumns(result.list, xterm.cols)}\n`);
      line = { ...asked };
    } else {
      line = result.state;
    }
    draw();
  }

  function press(key: string): void {
    if (busy) {
      if (key === '\x03') {
        write('^C');
        options.interrupt();
      }
      return;
    }
    const before = line;
    const { state, effect } = pressKey(line, key);
    switch (effect) {
      case 'submit':
        line = state;
        void send();
        return;
      case 'interrupt':
        line = { ...before, cursor: before.text.length };
        draw();
        xterm.write('^C\n');
        line = state;
        begun = '';
        drawn = NOTHING_DRAWN;
        break;
      case 'clear':
        xterm.write('\x1b[2J\x1b[3J\x1b[H');
        drawn = NOTHING_DRAWN;
        break;
      case 'end':
        line = insert(emptyLine(before.history), 'exit');
        void send();
        return;
      case 'complete':
        void complete();
        return;
      default:
        line = state;
    }
    draw();
  }

  // A paste of several lines runs each of them, as a terminal does; what follows the last line end waits.
  const input = xterm.onData((data) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
    if (data.length > 1 && !/^[\x00-\x1f\x7f]/.test(data) && /[\r\n]/.test(data)) void pasteLines(data);
    else press(data);
  });
  async function pasteLines(data: string): Promise<void> {
    const lines = data.split(/\r\n|\r|\n/);
    for (const [index, text] of lines.entries()) {
      if (busy) return;
      press(text);
      if (index < lines.length - 1) await send();
    }
  }

  // Tab completes, but is no trap: Shift+Tab always leaves, and so does Tab after Esc or on an empty line.
  xterm.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true;
    if (event.key === 'Tab') {
      if (event.shiftKey || tabLeaves || (!busy && line.text === '')) {
        tabLeaves = false;
        return false;
      }
      event.preventDefault();
      return true;
    }
    if (event.key === 'Escape' && !line.search) {
      tabLeaves = true;
      options.announce(options.tabLeaves);
      return false;
    }
    if (event.key !== 'Shift') tabLeaves = false;
    // The browser copies what is selected; a second Ctrl-C interrupts.
    if (event.ctrlKey && event.key === 'c' && xterm.hasSelection()) {
      xterm.clearSelection();
      return false;
    }
    // Ctrl+Enter runs the lab, not the line.
    return !(event.key === 'Enter' && (event.ctrlKey || event.metaKey));
  });

  const themeChanged = () => {
    xterm.options.theme = readTheme();
  };
  document.addEventListener('hop:theme', themeChanged);
  const refit = () => {
    if (place.clientWidth === 0 || place.clientHeight === 0) return;
    const columns = xterm.cols;
    const { baseY, viewportY } = xterm.buffer.active;
    fit.fit();
    // A screen that was out of sight, or shrinks, goes on showing its last line.
    if (viewportY >= baseY || busy) xterm.scrollToBottom();
    if (xterm.cols !== columns && !busy) {
      drawn = NOTHING_DRAWN;
      draw();
    }
  };
  const observer = new ResizeObserver(refit);
  refit();
  observer.observe(place);
  draw();

  return {
    get busy() {
      return busy;
    },
    async submit(text) {
      while (busy) await new Promise<void>((resolve) => waiting.push(resolve));
      begun = '';
      line = { ...insert(emptyLine(line.history), text), killed: line.killed };
      await send();
    },
    print(text) {
      if (busy) return write(text);
      xterm.write(`\r${drawn.cursorRow > 0 ? `\x1b[${drawn.cursorRow}A` : ''}\x1b[J`);
      write(text);
      newPrompt();
    },
    reset(next) {
      prompt = next;
      begun = '';
      line = { ...emptyLine(line.history) };
      xterm.reset();
      drawn = NOTHING_DRAWN;
      atLineStart = true;
      draw();
    },
    refit,
    focus: () => xterm.focus(),
    dispose() {
      document.removeEventListener('hop:theme', themeChanged);
      observer.disconnect();
      input.dispose();
      xterm.dispose();
      place.remove();
    },
  };
}

/** The page's colours as they are now. Output is quiet, what was typed is ink, the prompt quieter still. */
function readTheme(): ITheme {
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
