import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { init, parse } from 'es-module-lexer';

const ADOPT = fileURLToPath(new URL('./adopt-css.ts', import.meta.url));
const MONACO = /[\\/]node_modules[\\/]monaco-editor[\\/]esm[\\/]vs[\\/](.*\.js)(?:\?|$)/;
const CSS_IMPORT = /^\s*import\s+(['"])([^'"]+\.css)\1;?/gm;
const WORKER_URL =
  /new URL\((['"])\.\.\/\.\.\/common\/services\/editorWebWorkerMain\.js\1,\s*import\.meta\.url\)/;

/**
 * Parts of Monaco that an editor of ours never makes, though others import them: comparing two texts, picking from a
 * palette, trees, drawing by the graphics card, parsing with Tree-sitter, going to definitions, quick fixes, colours,
 * menus. Of each is left a function of its name that does nothing, which serves as a class too; asked for the one of
 * its kind that an editor has, it has none.
 */
const NEVER_MADE = [
  /^editor\/browser\/widget\/(diffEditor|multiDiffEditor)\//,
  /^editor\/browser\/gpu\//,
  /^editor\/browser\/viewParts\/\w+Gpu\//,
  /^editor\/common\/model\/tokens\/treeSitter\//,
  /^editor\/common\/diff\/(defaultLinesDiffComputer\/|legacyLinesDiffComputer|linesDiffComputers)/,
  /^editor\/contrib\/(inlayHints|gotoSymbol|gotoError|colorPicker|dropOrPasteInto)\//,
  /^editor\/contrib\/codeAction\/browser\//,
  /^platform\/quickinput\/browser\//,
  /^platform\/actionWidget\//,
  /^base\/browser\/ui\/(tree|selectBox|splitview|table|menu)\//,
];
/** The row under a problem's words that would offer fixes and a tour of all problems. */
const OFFERS =
  /(_renderMarkerStatusbar\(context, markerHover\) \{\s*const disposables = new DisposableStore\(\);)/;

/**
 * Keeps Monaco small, and out of every page that does not open it. Astro puts the CSS of lazily imported chunks into
 * each page's head (withastro/astro#9495), so the CSS becomes text that its own chunk adopts as a stylesheet; the
 * editor's web worker, which the features we use never ask for, is not emitted (Vite would emit it broken); and what is
 * never made is left out.
 */
export function adoptEditorCss() {
  return {
    name: 'hop:adopt-editor-css',
    enforce: 'pre',
    config: () => ({ optimizeDeps: { exclude: ['monaco-editor'] } }),
    buildStart: () => init,
    load(id) {
      const path = MONACO.exec(id)?.[1]?.replaceAll('\\', '/');
      if (path === undefined || !NEVER_MADE.some((pattern) => pattern.test(path))) return null;
      const [, exports] = parse(readFileSync(id.replace(/\?.*$/, ''), 'utf8'));
      return exports.map(({ n }) => `export function ${n}() {}\n${n}.get = () => null;`).join('\n');
    },
    transform(code, id) {
      if (!MONACO.test(id)) return null;
      let count = 0;
      const changed = code
        .replace(CSS_IMPORT, (_all, _quote, path) => {
          const name = `__css${count++}`;
          return `import ${name} from ${JSON.stringify(`${path}?inline`)};__adopt(${name});`;
        })
        .replace(WORKER_URL, 'new URL("about:blank")')
        .replace(OFFERS, '$1 return disposables;');
      if (changed === code) return null;
      const head = count > 0 ? `import { adoptCss as __adopt } from ${JSON.stringify(ADOPT)};` : '';
      return { code: head + changed, map: null };
    },
  };
}
