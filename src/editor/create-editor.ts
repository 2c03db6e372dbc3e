import type * as Monaco from './monaco.ts';
import type { TokenizeLine } from './prepare-monaco.ts';
import type { DescribeField } from './yaml-providers.ts';

export interface EditorFile {
  readonly name: string;
  readonly text: string;
}

/** What is underlined. Lines and columns count from 1; a column past a line's end means its end. */
export interface EditorProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface EditorWords {
  /** The editor's accessible name: says which file it is and how Tab gets out. */
  label(file: string): string;
  required: string;
  values(values: string): string;
}

export interface EditorOptions {
  readonly locale: 'es' | 'en';
  readonly files: readonly EditorFile[];
  readonly words: EditorWords;
  readonly describe: DescribeField;
  /** Colours: whoever prints the listing beneath hands in the same, so that nothing changes when the editor covers it. */
  readonly tokenizeLine: TokenizeLine;
  onChange(files: readonly EditorFile[]): void;
  onRun(): void;
}

/** Several files in one editor, one of them open. */
export interface YamlEditor {
  files(): readonly EditorFile[];
  openFile(): string;
  open(file: string): void;
  /** Opens a file with the cursor on a line, and gives the editor the focus. */
  goTo(file: string, line: number, column?: number): void;
  setFiles(files: readonly EditorFile[]): void;
  /** Opens a text that is none of the files. */
  openScratch(name: string, text: string): void;
  /** Ends it, and shows a file again. Answers its text. */
  closeScratch(name: string): string;
  setProblems(problems: readonly EditorProblem[]): void;
  /** Lights the line that explains what is looked at, with a note at its end; undefined puts it out. */
  light(place: { readonly file: string; readonly line: number; readonly note: string } | undefined): void;
  focus(): void;
  dispose(): void;
}

/** Where code begins in the page's own listing: 40 px of numbers and 16 px of air. Monaco is set to the same. */
const CODE_COLUMN = 56;

/**
 * Puts Monaco into a container, over the page's own listing and letter upon letter with it. Loads Monaco (and its
 * words, in Spanish) on the first call.
 */
export async function createEditor(container: HTMLElement, options: EditorOptions): Promise<YamlEditor> {
  // Monaco reads its words once, while it loads.
  if (options.locale === 'es') await import('monaco-editor/nls/lang/es');
  const [monaco, { prepareMonaco, applyTheme }, { provideYaml }] = await Promise.all([
    import('./monaco.ts'),
    import('./prepare-monaco.ts'),
    import('./yaml-providers.ts'),
  ]);
  prepareMonaco(monaco, options.tokenizeLine);
  applyTheme(monaco);

  const scheme = `lab-${crypto.randomUUID()}`;
  const models = new Map<string, Monaco.editor.ITextModel>();
  const views = new Map<string, Monaco.editor.ICodeEditorViewState | null>();
  /** Texts that are open for a while and are none of the files. */
  const scratches = new Set<string>();
  const addModel = ({ name, text }: EditorFile) => {
    const model = monaco.editor.createModel(text, 'yaml', monaco.Uri.from({ scheme, path: `/${name}` }));
    model.updateOptions({ tabSize: 2, insertSpaces: true });
    model.onDidChangeContent(() => {
      if (!quiet && !scratches.has(name)) options.onChange(files());
    });
    models.set(name, model);
    return model;
  };
  let quiet = false;
  const files = () =>
    [...models]
      .filter(([name]) => !scratches.has(name))
      .map(([name, model]) => ({ name, text: model.getValue() }));
  for (const file of options.files) addModel(file);
  let open = options.files[0]?.name ?? '';

  const place = document.createElement('div');
  place.className = 'editor__monaco';
  container.append(place);
  const style = getComputedStyle(document.documentElement);
  const editor = monaco.editor.create(place, {
    model: models.get(open) ?? null,
    ariaLabel: options.words.label(open),
    automaticLayout: true,
    fontFamily: style.getPropertyValue('--mono').trim(),
    fontSize: 13,
    lineHeight: 20,
    letterSpacing: 0,
    fontLigatures: '"zero"',
    padding: { top: 8, bottom: 8 },
    lineNumbersMinChars: 5,
    lineDecorationsWidth: 16,
    glyphMargin: false,
    folding: false,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    overviewRulerLanes: 0,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    renderLineHighlight: 'none',
    renderFinalNewline: 'on',
    guides: { indentation: false },
    wordBasedSuggestions: 'off',
    links: false,
    colorDecorators: false,
    occurrencesHighlight: 'off',
    selectionHighlight: false,
    unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false, nonBasicASCII: false },
    contextmenu: false,
    stickyScroll: { enabled: false },
    // Their icons would cost a font of 75 kB.
    suggest: { showIcons: false },
    quickSuggestions: { other: true, comments: false, strings: true },
    fixedOverflowWidgets: true,
    scrollbar: {
      alwaysConsumeMouseWheel: false,
      verticalScrollbarSize: 10,
      horizontalScrollbarSize: 10,
      useShadows: false,
    },
    detectIndentation: false,
    tabSize: 2,
  });
  // The width of the numbers follows the font's digits; what is left of the margin makes the code begin where it should.
  const { lineNumbersWidth } = editor.getLayoutInfo();
  editor.updateOptions({ lineDecorationsWidth: Math.max(0, CODE_COLUMN - lineNumbersWidth) });

  editor.addAction({
    id: 'hop.run',
    label: 'Run',
    keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
    run: () => options.onRun(),
  });
  const providers = provideYaml(monaco, scheme, options.describe, options.words);

  let problems: readonly EditorProblem[] = [];
  let lit: { readonly file: string; readonly line: number; readonly note: string } | undefined;
  const decorations = editor.createDecorationsCollection();
  const note = document.createElement('span');
  note.className = 'from';
  note.hidden = true;
  place.append(note);

  function decorate(): void {
    const here = problems.filter((problem) => problem.file === open && problem.severity === 'error');
    const shown = lit?.file === open ? lit : undefined;
    decorations.set([
      ...here.map(({ line }) => ({
        range: new monaco.Range(line, 1, line, 1),
        options: { isWholeLine: true, marginClassName: 'err-margin', lineNumberClassName: 'err-number' },
      })),
      ...(shown
        ? [
            {
              range: new monaco.Range(shown.line, 1, shown.line, 1),
              options: {
                isWholeLine: true,
                className: 'lit',
                marginClassName: 'lit-margin',
                lineNumberClassName: 'lit-number',
              },
            },
          ]
        : []),
    ]);
    placeNote();
  }

  function placeNote(): void {
    note.hidden = lit?.file !== open || lit.note === '';
    if (note.hidden || !lit) return;
    note.textContent = lit.note;
    note.style.insetBlockStart = `${editor.getTopForLineNumber(lit.line) - editor.getScrollTop()}px`;
  }

  function show(file: string): void {
    const model = models.get(file);
    if (!model || file === open) return;
    views.set(open, editor.saveViewState());
    open = file;
    editor.setModel(model);
    const view = views.get(file);
    if (view) editor.restoreViewState(view);
    editor.updateOptions({ ariaLabel: options.words.label(file) });
    decorate();
  }

  const themeChanged = () => applyTheme(monaco);
  document.addEventListener('hop:theme', themeChanged);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', themeChanged);
  const scrolled = editor.onDidScrollChange(placeNote);
  const resized = editor.onDidLayoutChange(placeNote);

  return {
    files,
    openFile: () => open,
    open: show,
    goTo(file, line, column = 1) {
      show(file);
      editor.revealLineInCenterIfOutsideViewport(line);
      editor.setPosition({ lineNumber: line, column });
      editor.focus();
    },
    setFiles(next) {
      quiet = true;
      for (const file of next) {
        const model = models.get(file.name) ?? addModel(file);
        // An edit, not a new value: the editor's own undo can take it back.
        if (model.getValue() !== file.text) {
          model.pushEditOperations([], [{ range: model.getFullModelRange(), text: file.text }], () => null);
        }
      }
      for (const [name, model] of models) {
        if (scratches.has(name) || next.some((file) => file.name === name)) continue;
        models.delete(name);
        if (name === open && next[0]) show(next[0].name);
        model.dispose();
      }
      quiet = false;
    },
    openScratch(name, text) {
      scratches.add(name);
      models.get(name)?.dispose();
      addModel({ name, text });
      show(name);
      editor.focus();
    },
    closeScratch(name) {
      const model = models.get(name);
      const text = model?.getValue() ?? '';
      scratches.delete(name);
      models.delete(name);
      views.delete(name);
      const [first] = models.keys();
      if (open === name && first !== undefined) show(first);
      model?.dispose();
      return text;
    },
    setProblems(next) {
      problems = next;
      for (const [name, model] of models) {
        const markers = next
          .filter((problem) => problem.file === name)
          .map((problem) => ({
            startLineNumber: problem.line,
            startColumn: problem.column,
            endLineNumber: problem.endLine,
            endColumn: Math.min(
              problem.endColumn,
              model.getLineMaxColumn(Math.min(problem.endLine, model.getLineCount())),
            ),
            message: problem.message,
            severity:
              problem.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
          }));
        monaco.editor.setModelMarkers(model, 'hop', markers);
      }
      decorate();
    },
    light(next) {
      lit = next;
      decorate();
      if (next?.file === open) editor.revealLineInCenterIfOutsideViewport(next.line);
    },
    focus: () => editor.focus(),
    dispose() {
      document.removeEventListener('hop:theme', themeChanged);
      dark.removeEventListener('change', themeChanged);
      scrolled.dispose();
      resized.dispose();
      providers.dispose();
      editor.dispose();
      for (const model of models.values()) model.dispose();
      place.remove();
    },
  };
}
