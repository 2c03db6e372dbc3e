import { fileURLToPath } from 'node:url';

const ADOPT = fileURLToPath(new URL('./adopt-css.ts', import.meta.url));
const MONACO = /[\\/]node_modules[\\/]monaco-editor[\\/].*\.js(\?|$)/;
const CSS_IMPORT = /^\s*import\s+(['"])([^'"]+\.css)\1;?/gm;
const WORKER_URL =
  /new URL\((['"])\.\.\/\.\.\/common\/services\/editorWebWorkerMain\.js\1,\s*import\.meta\.url\)/;

/**
 * Keeps Monaco out of every page that does not open it. Astro puts the CSS of lazily imported chunks into each page's
 * head (withastro/astro#9495), so the CSS becomes text that its own chunk adopts as a stylesheet; and the editor's web
 * worker, which the features we use never ask for, is not emitted (Vite would emit it broken).
 */
export function adoptEditorCss() {
  return {
    name: 'hop:adopt-editor-css',
    enforce: 'pre',
    config: () => ({ optimizeDeps: { exclude: ['monaco-editor'] } }),
    transform(code, id) {
      if (!MONACO.test(id)) return null;
      let count = 0;
      const changed = code
        .replace(CSS_IMPORT, (_all, _quote, path) => {
          const name = `__css${count++}`;
          return `import ${name} from ${JSON.stringify(`${path}?inline`)};__adopt(${name});`;
        })
        .replace(WORKER_URL, 'new URL("about:blank")');
      if (changed === code) return null;
      const head = count > 0 ? `import { adoptCss as __adopt } from ${JSON.stringify(ADOPT)};` : '';
      return { code: head + changed, map: null };
    },
  };
}
