import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import mdx from '@astrojs/mdx';
import { defineConfig } from 'astro/config';
import { adoptEditorCss } from './src/editor/vite-adopt-css.mjs';

/**
 * Two environment variables, both optional:
 * - `SITE_URL`, where the site will be published, for canonical links and previews (`https://example.org`);
 * - `SITE_BASE`, the sub-path it is published under. Only `404.html` needs it: all other pages link relatively, so
 *   the same `dist` works under any path.
 */
export default defineConfig({
  ...(process.env.SITE_URL === undefined ? {} : { site: process.env.SITE_URL }),
  base: process.env.SITE_BASE ?? '/',
  trailingSlash: 'always',
  output: 'static',
  i18n: {
    locales: ['es', 'en'],
    defaultLocale: 'es',
    routing: { prefixDefaultLocale: true, redirectToDefaultLocale: false },
  },
  integrations: [mdx(), linkRelatively()],
  // Code in prose is short and plain; what deserves colour is in the lab.
  markdown: { syntaxHighlight: false },
  build: { format: 'directory', inlineStylesheets: 'never' },
  devToolbar: { enabled: false },
  vite: {
    plugins: [adoptEditorCss()],
    worker: { format: 'es' },
    // What only a click or the worker loads: found late, it would make the first visit of a dev server reload the page.
    optimizeDeps: {
      include: [
        '@noble/hashes/sha2.js',
        '@noble/hashes/utils.js',
        '@xterm/addon-fit',
        '@xterm/xterm',
        'cytoscape',
        'unbash',
        'yaml',
      ],
    },
    build: {
      // Nothing is inlined, so one content security policy without hashes fits every page.
      assetsInlineLimit: 0,
      target: 'es2022',
      chunkSizeWarningLimit: 4000,
      rolldownOptions: {
        onLog(level, log, next) {
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log);
        },
      },
    },
    experimental: {
      renderBuiltUrl: (_file, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
    },
  },
});

/** Rewrites the addresses in built pages and styles to relative ones. `404.html` keeps its own: a host serves it at any depth. */
function linkRelatively() {
  let base = '/';
  const relativeTo = (file, root) => (url) => {
    const [, path = '', rest = ''] = /^([^?#]*)(.*)$/.exec(url.slice(base.length)) ?? [];
    const to = relative(dirname(file), resolve(root, path)).replaceAll('\\', '/');
    const slash = path === '' || path.endsWith('/') ? '/' : '';
    return `${to === '' ? '.' : to}${slash}${rest}`;
  };
  return {
    name: 'hop:link-relatively',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base.endsWith('/') ? config.base : `${config.base}/`;
      },
      'astro:build:done': async ({ dir }) => {
        const root = fileURLToPath(dir);
        const names = await readdir(root, { recursive: true });
        for (const name of names.filter((each) => /\.(html|css)$/.test(each) && each !== '404.html')) {
          const file = resolve(root, name);
          const make = relativeTo(file, root);
          const text = await readFile(file, 'utf8');
          const changed = name.endsWith('.html')
            ? text.replace(/ (href|src|data-\w+)="(\/[^"/][^"]*|\/)"/g, (whole, attribute, url) =>
                url.startsWith(base) ? ` ${attribute}="${make(url)}"` : whole,
              )
            : text.replace(/url\((\/[^)/][^)]*)\)/g, (whole, url) =>
                url.startsWith(base) ? `url(${make(url)})` : whole,
              );
          if (changed !== text) await writeFile(file, changed);
        }
      },
    },
  };
}
