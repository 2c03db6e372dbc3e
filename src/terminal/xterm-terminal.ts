import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import xtermCss from '@xterm/xterm/css/xterm.css?inline';
import { applyCompletion, inColumns, listed } from './completion.ts';
import type { Terminal, TerminalOptions } from './create-terminal.ts';
import { afterSubmit, emptyLine, insert, type LineState, pressKey } from './line-editor.ts';
import { mayGoOn } from './may-go-on.ts';
import { NOTHING_DRAWN, redrawn, renderLine } from './render-line.ts';
import { readTheme } from './theme.ts';
import { wireKeys } from './wire-keys.ts';
import { wireTouch } from './wire-touch.ts';

const SCROLLBACK = 5000;
/** Below this a prompt and its line cannot be drawn. */
const LEAST_COLUMNS = 20;
/** Ends what wipes the screen: the cursor goes to the first place. */
const HOME = '\x1b[H';
/** So many keys typed while a command runs wait for the prompt. */
const MAX_TYPED_AHEAD = 1000;

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
  for (const [name, value] of Object.entries({
    'aria-label': options.label,
    autocapitalize: 'off',
    autocorrect: 'off',
    spellcheck: 'false',
    enterkeyhint: 'send',
  }))
    xterm.textarea?.setAttribute(name, value);

  let line: LineState = emptyLine(options.history);
  let { prompt } = options;
  let drawn = NOTHING_DRAWN;
  let busy = false;
  let isGone = false;
  /** Who waits for the prompt to come back. */
  const waiting: (() => void)[] = [];
  /** Tab was pressed, and the answer is on its way. */
  let isCompleting = false;
  /** Keys that came while a command ran, or the answer to Tab was on its way. */
  let typedAhead: string[] = [];
  /** The lines so far of a command that goes on over several. */
  let begun = '';
  /** Whether what was printed last ended its line. */
  let atLineStart = true;

  const columns = () => Math.max(LEAST_COLUMNS, xterm.cols);
  const shownPrompt = () => (begun === '' ? prompt : '> ');

  function draw(): void {
    const result = renderLine(shownPrompt(), line, columns(), drawn);
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
    atLineStart = text.endsWith('\n') || text.endsWith(HOME);
    xterm.write(text);
  }

  function newPrompt(): void {
    if (isGone) return;
    // A paste comes in one piece, with its ends marked.
    xterm.write('\x1b[?2004h');
    if (!atLineStart) xterm.write('\n');
    atLineStart = true;
    drawn = NOTHING_DRAWN;
    draw();
  }

  /** Above the prompt and what is being typed there. */
  function print(text: string): void {
    if (busy) {
      write(text);
      return;
    }
    xterm.write(`\r${drawn.cursorRow > 0 ? `\x1b[${drawn.cursorRow}A` : ''}\x1b[J`);
    write(text);
    newPrompt();
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
        if (mayGoOn(text) && (await options.isIncomplete(text))) {
          begun = `${text}\n`;
        } else {
          begun = '';
          options.onHistory(line.history);
          let isOver = false;
          prompt = await options
            .run(text, {
              columns: columns(),
              // What a line left running in the background prints above the prompt, or between another's lines.
              write: (printed) => (isOver ? print(printed) : write(printed)),
              drained: () => new Promise((resolve) => xterm.write('', resolve)),
            })
            .finally(() => {
              isOver = true;
            });
        }
      } finally {
        busy = false;
      }
    }
    newPrompt();
    for (const go of waiting.splice(0)) go();
    catchUp();
  }

  function catchUp(): void {
    const keys = typedAhead;
    typedAhead = [];
    for (const key of keys) press(key);
  }

  async function complete(): Promise<void> {
    const asked = line;
    isCompleting = true;
    const completion = await options
      .complete(asked.text, asked.cursor)
      .catch(() => ({ from: asked.cursor, options: [] }));
    isCompleting = false;
    if (line !== asked || busy) return catchUp();
    const result = applyCompletion(line, completion);
    if (result.list.length > 0) {
      const { shown, left } = listed(result.list);
      finishLine();
      xterm.write(`${inColumns(shown, xterm.cols)}\n`);
      if (left > 0) xterm.write(`${options.words.more(left)}\n`);
      line = { ...asked };
    } else {
      line = result.state;
    }
    draw();
    catchUp();
  }

  function press(key: string): void {
    if (busy) {
      if (key === '\x03') {
        typedAhead = [];
        write('^C');
        options.interrupt();
      } else if (typedAhead.length < MAX_TYPED_AHEAD) typedAhead.push(key);
      return;
    }
    if (isCompleting && key !== '\x03') {
      typedAhead.push(key);
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

  const input = xterm.onData(press);
  wireKeys(xterm, {
    canTabLeave: () => busy || line.text === '',
    isSearching: () => line.search !== undefined,
    tabLeaves: () => options.announce(options.words.tabLeaves),
  });
  wireTouch(xterm, place);
  const links = xterm.registerLinkProvider({
    provideLinks(row, answer) {
      const text = xterm.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
      answer(
        options.links(text).map(({ from, to, go }) => ({
          text: text.slice(from, to),
          range: { start: { x: from + 1, y: row }, end: { x: to, y: row } },
          activate(event) {
            // With a mouse a click is for the cursor and for choosing text.
            if (event.ctrlKey || event.metaKey || matchMedia('(hover: none)').matches) go();
          },
          hover: () => place.setAttribute('title', options.words.follow),
          leave: () => place.removeAttribute('title'),
        })),
      );
    },
  });

  const themeChanged = () => {
    xterm.options.theme = readTheme();
  };
  document.addEventListener('hop:theme', themeChanged);
  const refit = () => {
    if (place.clientWidth === 0 || place.clientHeight === 0) return;
    const before = xterm.cols;
    const { baseY, viewportY } = xterm.buffer.active;
    fit.fit();
    // A screen that was out of sight, or shrinks, goes on showing its last line.
    if (viewportY >= baseY || busy) xterm.scrollToBottom();
    if (xterm.cols !== before && !busy) {
      drawn = redrawn(shownPrompt(), line, columns());
      draw();
    }
  };
  const observer = new ResizeObserver(refit);
  refit();
  observer.observe(place);
  newPrompt();

  return {
    get busy() {
      return busy;
    },
    get prompt() {
      return prompt;
    },
    async submit(text) {
      while (busy) await new Promise<void>((resolve) => waiting.push(resolve));
      begun = '';
      line = { ...insert(emptyLine(line.history), text), killed: line.killed };
      await send();
    },
    type(text) {
      press(`\x1b[200~${text}\x1b[201~`);
    },
    print,
    remember(history) {
      const isDraft = line.recalled === line.history.length;
      line = { ...line, history, recalled: isDraft ? history.length : line.recalled };
    },
    reset(next) {
      prompt = next;
      begun = '';
      line = { ...emptyLine(line.history) };
      xterm.reset();
      atLineStart = true;
      newPrompt();
    },
    refit,
    focus: () => xterm.focus(),
    dispose() {
      isGone = true;
      document.removeEventListener('hop:theme', themeChanged);
      observer.disconnect();
      input.dispose();
      links.dispose();
      xterm.dispose();
      place.remove();
    },
  };
}
