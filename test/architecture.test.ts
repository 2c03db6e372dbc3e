import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/**
 * What each module may import of ours (its own files aside). The list is the design; a new arrow is a decision.
 * `index` stands for the engine's own face, which only modules outside the engine use.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'engine/linux': [],
  'engine/x509': [],
  'engine/libc': ['engine/linux'],
  'engine/cni': ['engine/linux'],
  'engine/api': ['engine/apimachinery'],
  'engine/apimachinery': ['engine/api'],
  'engine/apiserver': ['engine/api', 'engine/apimachinery'],
  'engine/controllers': ['engine/apiserver', 'engine/api', 'engine/apimachinery'],
  'engine/scheduler': ['engine/apiserver', 'engine/api', 'engine/apimachinery'],
  'engine/kubeadm': ['engine/apiserver', 'engine/api', 'engine/apimachinery', 'engine/x509'],
  'engine/kubelet': [
    'engine/apiserver',
    'engine/api',
    'engine/apimachinery',
    'engine/linux',
    'engine/libc',
    'engine/x509',
    'engine/cni',
    'engine',
  ],
  'engine/kubeproxy': ['engine/apiserver', 'engine/api', 'engine/apimachinery', 'engine/linux'],
  'engine/netpol': ['engine/apiserver', 'engine/api', 'engine/apimachinery', 'engine/linux'],
  'engine/coredns': ['engine/apiserver', 'engine/api', 'engine/apimachinery', 'engine/linux', 'engine/libc'],
  'engine/ingress': [
    'engine/apiserver',
    'engine/api',
    'engine/apimachinery',
    'engine/linux',
    'engine/libc',
    'engine/x509',
  ],
  'engine/traceflow': [
    'engine/linux',
    'engine/api',
    'engine/apimachinery',
    'engine/kubeproxy',
    'engine/cni',
    'engine/netpol',
    'engine',
  ],
  manifest: ['engine'],
  shell: ['engine'],
  graph: ['engine', 'lab/protocol', 'i18n'],
  editor: ['engine', 'lab/protocol', 'i18n'],
  terminal: ['engine', 'lab/protocol', 'i18n'],
  lab: ['engine', 'manifest', 'shell', 'graph', 'editor', 'terminal', 'i18n'],
  cli: ['engine', 'manifest', 'shell', 'lab', 'i18n'],
  lessons: ['lab', 'i18n'],
  i18n: ['engine'],
  components: ['lab', 'lessons', 'i18n', 'styles'],
  layouts: ['components', 'lessons', 'i18n', 'styles'],
  pages: ['components', 'layouts', 'lab', 'lessons', 'i18n', 'styles'],
  styles: [],
};

/** The only files of the engine that may reach every part of it: the cluster, and what surrounds and joins its machines. */
const COMPOSITION_ROOT = [
  'cluster.ts',
  'index.ts',
  'outside.ts',
  'outside-machines.ts',
  'load-balancer.ts',
  'pod-network.ts',
  'build-view.ts',
  'owners.ts',
].map((name) => `src/engine/${name}`);
/** Files at the top of the engine that hold shared plain types: part of the face. */
const ENGINE_FACE = /^src\/engine\/[a-z-]+\.ts$/;
/** `index.ts` at the top of a module. */
const FACE = /^src\/(?:engine\/)?[a-z0-9-]+\/index\.ts$/;
/** A plain-data contract that two modules share without importing each other. */
const SHARED_CONTRACTS = ['src/lab/protocol.ts'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = listFiles(join(root, 'src')).map((file) => relative(root, file));
const imports = files.flatMap(importsOf);

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && /\.(ts|astro|mjs)$/.test(entry.name) && !entry.name.endsWith('.test.ts'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /(?:^|[;\n])\s*(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)]
    .map((match) => ({ typeOnly: Boolean(match[1]), specifier: (match[2] ?? match[3] ?? match[4])! }))
    .filter(({ specifier }) => specifier.startsWith('.') || specifier.startsWith('@/'))
    .map(({ typeOnly, specifier }) => ({
      from: file,
      to: (specifier.startsWith('@/')
        ? posix.join('src', specifier.slice(2))
        : posix.join(dirname(file), specifier)
      ).replace(/\?.*$/, ''),
      typeOnly,
    }));
}

/** `src/engine/linux/fib.ts` -> `engine/linux`; files at the top of a module belong to the module. */
function moduleOf(file: string): string {
  const parts = file.split('/').slice(1);
  if (parts[0] === 'engine') return parts.length > 2 ? `engine/${parts[1]}` : 'engine';
  return parts.length > 1 ? parts[0]! : 'src';
}

describe('the source tree', () => {
  test('is read by this test', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(imports.length).toBeGreaterThan(20);
  });

  test('imports go one way only, as the table says', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [source, target] = [moduleOf(from), moduleOf(to)];
      if (source === target || COMPOSITION_ROOT.includes(from) || source === 'src') return false;
      if (!to.startsWith('src/')) return !['components', 'pages', 'lessons', 'src'].includes(source);
      if (source === 'engine')
        return (
          !ENGINE_FACE.test(to) && !['engine/api', 'engine/apimachinery', 'engine/linux'].includes(target)
        );
      const allowed = MAY_IMPORT[source];
      if (!allowed) return true;
      if (allowed.includes(target)) return false;
      return !(SHARED_CONTRACTS.includes(to) && allowed.includes('lab/protocol'));
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test('another module is imported through its face', () => {
    const wrong = imports.filter(({ from, to }) => {
      if (moduleOf(from) === moduleOf(to) || moduleOf(from) === 'src' || !to.startsWith('src/')) return false;
      if (COMPOSITION_ROOT.includes(from) && ENGINE_FACE.test(to)) return false;
      if (!/\.(ts|mjs)$/.test(to) || SHARED_CONTRACTS.includes(to)) return false;
      if (moduleOf(to) === 'engine' && moduleOf(from).startsWith('engine/')) return !ENGINE_FACE.test(to);
      // Pages load only the messages and the element that they show, so that nothing else reaches the browser.
      if (['i18n', 'components', 'layouts'].includes(moduleOf(to))) return false;
      if (['components', 'layouts', 'pages'].includes(moduleOf(from))) return false;
      return !FACE.test(to);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  test('a face holds named re-exports only', () => {
    const faces = files.filter((file) => FACE.test(file) && file !== 'src/engine/index.ts');
    const wrong = faces.filter((file) => {
      const code = readFileSync(join(root, file), 'utf8')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\/\/.*$/gm, '')
        .replace(/export\s+(type\s+)?\{[^}]*\}\s*from\s*'[^']+'\s*;/g, '')
        .replace(/export type \* from '[^']+';/g, '');
      return code.trim() !== '';
    });
    expect(wrong).toEqual([]);
  });

  test('no file imports itself in a circle', () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) {
      if (!typeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    const circles: string[] = [];
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      state.set(file, 'open');
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      state.set(file, 'done');
    };
    for (const file of graph.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('the engine asks no clock, no dice and no browser of its own', () => {
    const wrong = files
      .filter((file) => file.startsWith('src/engine/'))
      .filter((file) =>
        /\b(Date\.now|Math\.random|new Date\(\)|performance\.now|globalThis)\b/.test(
          readFileSync(join(root, file), 'utf8'),
        ),
      );
    expect(wrong).toEqual([]);
  });
});
