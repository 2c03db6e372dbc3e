import type * as Monaco from './monaco.ts';

const THEME = 'hop';

/** What one line leaves to the next; undefined: nothing. */
export type LineState = number | undefined;

/** Cuts a line into stretches of one colour each: `key`, `number`, `comment` or `text`, with where each begins (from 0). */
export type TokenizeLine = (
  line: string,
  state: LineState,
) => {
  readonly tokens: readonly { readonly kind: string; readonly start: number }[];
  readonly state: LineState;
};

/** Teaches Monaco our YAML, once. */
export function prepareMonaco(monaco: typeof Monaco, tokenizeLine: TokenizeLine): void {
  if (monaco.languages.getLanguages().some((language) => language.id === 'yaml')) return;
  // The features that we use never ask for a worker; if one did, this says which.
  globalThis.MonacoEnvironment = {
    getWorker(_id: string, label: string) {
      throw new Error(`the editor asked for a ${label} worker, and none is shipped`);
    },
  };
  monaco.languages.register({ id: 'yaml' });
  monaco.languages.setLanguageConfiguration('yaml', {
    comments: { lineComment: '#' },
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"', notIn: ['string'] },
      { open: "'", close: "'", notIn: ['string', 'comment'] },
    ],
    onEnterRules: [{ beforeText: /:\s*$/, action: { indentAction: monaco.languages.IndentAction.Indent } }],
  });
  monaco.languages.setTokensProvider('yaml', {
    getInitialState: () => stateOf(undefined),
    tokenize(line, state) {
      const { tokens, state: next } = tokenizeLine(line, (state as YamlState).carried);
      return {
        tokens: tokens.map((token) => ({ startIndex: token.start, scopes: token.kind })),
        endState: stateOf(next),
      };
    },
  });
}

interface YamlState extends Monaco.languages.IState {
  readonly carried: LineState;
}

function stateOf(carried: LineState): YamlState {
  return {
    carried,
    clone: () => stateOf(carried),
    equals: (other) => (other as YamlState).carried === carried,
  };
}

/** Gives Monaco the page's own colours, as they are now: by day or by night. */
export function applyTheme(monaco: typeof Monaco): void {
  const colour = createColourReader();
  const dark = isDark(colour('--sheet'));
  const rule = (token: string, variable: string) => ({ token, foreground: colour(variable).slice(1) });
  monaco.editor.defineTheme(THEME, {
    base: dark ? 'vs-dark' : 'vs',
    inherit: false,
    rules: [
      rule('', '--code-str'),
      rule('text', '--code-str'),
      rule('key', '--code-key'),
      rule('number', '--code-num'),
      rule('comment', '--code-com'),
    ],
    colors: {
      'editor.background': colour('--sheet'),
      'editor.foreground': colour('--code-str'),
      'editorLineNumber.foreground': colour('--ink-3'),
      'editorLineNumber.activeForeground': colour('--ink'),
      'editorLineNumber.dimmedForeground': colour('--ink-3'),
      'editorCursor.foreground': colour('--ink'),
      'editor.selectionBackground': colour('--tcp-soft'),
      'editor.inactiveSelectionBackground': colour('--well'),
      'editor.findMatchBackground': colour('--stamp-soft'),
      'editor.findMatchHighlightBackground': colour('--well'),
      'editorError.foreground': colour('--blocked'),
      'editorWarning.foreground': colour('--stamp'),
      'editorBracketMatch.background': colour('--well'),
      'editorBracketMatch.border': colour('--edge'),
      'editorWidget.background': colour('--sheet'),
      'editorWidget.foreground': colour('--ink'),
      'editorWidget.border': colour('--edge'),
      'editorHoverWidget.background': colour('--sheet'),
      'editorHoverWidget.foreground': colour('--ink'),
      'editorHoverWidget.border': colour('--edge'),
      'editorSuggestWidget.background': colour('--sheet'),
      'editorSuggestWidget.foreground': colour('--ink'),
      'editorSuggestWidget.border': colour('--edge'),
      'editorSuggestWidget.highlightForeground': colour('--code-key'),
      'editorSuggestWidget.selectedBackground': colour('--well'),
      'editorSuggestWidget.selectedForeground': colour('--ink'),
      'editorSuggestWidget.focusHighlightForeground': colour('--code-key'),
      'list.hoverBackground': colour('--well'),
      'list.focusBackground': colour('--well'),
      'list.activeSelectionBackground': colour('--well'),
      'list.activeSelectionForeground': colour('--ink'),
      'input.background': colour('--paper'),
      'input.foreground': colour('--ink'),
      'input.border': colour('--edge'),
      focusBorder: colour('--ink'),
      foreground: colour('--ink'),
      'textCodeBlock.background': colour('--well'),
      'textLink.foreground': colour('--ink'),
      'scrollbarSlider.background': `${colour('--edge')}66`,
      'scrollbarSlider.hoverBackground': `${colour('--edge')}99`,
      'scrollbarSlider.activeBackground': `${colour('--edge')}cc`,
      'widget.shadow': '#00000000',
    },
  });
  monaco.editor.setTheme(THEME);
}

/** Reads tokens as `#rrggbb`. They may be `light-dark(…)`, which only an element's computed colour resolves. */
function createColourReader(): (variable: string) => string {
  const probe = document.createElement('span');
  probe.hidden = true;
  // Forced colours would make all of them one, and Monaco needs two at least.
  probe.style.setProperty('forced-color-adjust', 'none');
  return (variable) => {
    document.body.append(probe);
    probe.style.color = `var(${variable})`;
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
    probe.remove();
    return `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
  };
}

function isDark(colour: string): boolean {
  return Number.parseInt(colour.slice(1, 3), 16) < 128;
}
