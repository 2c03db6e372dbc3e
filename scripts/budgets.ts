/**
 * `npm run budgets`: the built site's page weight against its budget, in bytes as gzip -9 sends them.
 * Run after `astro build`. A part over its budget is a failure; a part that is not found is one too.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from './steps.ts';

const dist = join(root, 'dist');
if (!existsSync(dist)) {
  console.log('budgets: no dist folder; run npm run build first');
  process.exit(1);
}

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

const sizes = new Map<string, number>();
/** Bytes of a file as a host sends it: gzip for text, as it is for fonts and pictures. */
function sent(file: string): number {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const bytes = readFileSync(file);
  const size = /\.(woff2|png|ico|jpg|webp)$/.test(file) ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  sizes.set(file, size);
  return size;
}

/** What a JavaScript chunk brings: itself and its static imports, or with `dynamic` everything it may ever load. */
function closure(entry: string, dynamic: boolean, seen = new Set<string>()): Set<string> {
  if (seen.has(entry) || !existsSync(entry)) return seen;
  seen.add(entry);
  const code = readFileSync(entry, 'utf8');
  const patterns = [/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g];
  if (dynamic) patterns.push(/\bimport\(\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g);
  for (const pattern of patterns) {
    for (const match of code.matchAll(pattern)) closure(resolve(dirname(entry), match[1]!), dynamic, seen);
  }
  return seen;
}

function references(page: string, pattern: RegExp): string[] {
  const html = readFileSync(page, 'utf8');
  return [...new Set([...html.matchAll(pattern)].map((match) => match[1]!.replace(/[?#].*$/, '')))]
    .filter((url) => !/^(https?:|data:)/.test(url))
    .map((url) => (url.startsWith('/') ? join(dist, url) : resolve(dirname(page), url)))
    .filter((file) => existsSync(file) && statSync(file).isFile());
}

const sum = (list: Iterable<string>) => [...list].reduce((total, file) => total + sent(file), 0);

interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly budget: number;
}

const parts: Part[] = [];
const add = (name: string, bytes: number, budgetKb: number) =>
  parts.push({ name, bytes, budget: budgetKb * 1000 });

for (const page of files.filter((file) => file.endsWith('index.html'))) {
  const name = `/${relative(dist, page).replace(/index\.html$/, '')}`;
  const css = references(page, /<link[^>]+rel="stylesheet"[^>]*href="([^"]+)"/g);
  const scripts = references(page, /<script[^>]+src="([^"]+)"/g);
  const js = new Set(scripts.flatMap((script) => [...closure(script, false)]));
  const fonts = files.filter((file) => file.endsWith('.woff2') && !/codicon/.test(file));
  const html = sent(page);
  add(`${name} HTML`, html, 25);
  add(`${name} CSS`, sum(css), 15);
  add(`${name} JavaScript before interaction`, sum(js), 15);
  add(`${name} before interaction, total`, html + sum(css) + sum(js) + sum(fonts), 100);
}

/** The chunk that holds a text which only that library has. */
function chunkWith(mark: RegExp): Set<string> {
  const found = files.filter((file) => file.endsWith('.js') && mark.test(readFileSync(file, 'utf8')));
  return new Set(found);
}

const library = (name: string, mark: RegExp, budgetKb: number) => {
  const chunks = chunkWith(mark);
  if (chunks.size === 0)
    parts.push({ name: `${name}: not found in dist`, bytes: Number.POSITIVE_INFINITY, budget: 0 });
  else add(`${name} chunk`, sum(chunks), budgetKb);
};
library('Monaco', /editor\.action\.triggerSuggest/, 900);
library('terminal', /xterm-helper-textarea/, 95);
library('graph', /min-zoomed-font-size/, 160);
// The engine, the shell and the YAML parser: all that the worker loads before its first answer. The plan's 150 kB were
// measured before there was an engine.
const worker = new Set(
  files
    .filter((file) => /[\\/]lab\.worker-[^\\/]*\.js$/.test(file))
    .flatMap((file) => [...closure(file, false)]),
);
if (worker.size === 0)
  parts.push({ name: 'worker: not found in dist', bytes: Number.POSITIVE_INFINITY, budget: 0 });
else add('engine worker', sum(worker), 500);

/** All that is on a learner's machine once a lab is open, in the language that takes most (Monaco's Spanish words). */
for (const page of files.filter((file) =>
  /[\\/]es[\\/]lessons[\\/]pods-y-services[\\/]index\.html$/.test(file),
)) {
  const css = references(page, /<link[^>]+rel="stylesheet"[^>]*href="([^"]+)"/g);
  const scripts = references(page, /<script[^>]+src="([^"]+)"/g);
  const js = new Set(scripts.flatMap((script) => [...closure(script, true)]));
  const fonts = files.filter((file) => file.endsWith('.woff2'));
  // Planned: 1,300, with an engine of 150. What it grows by is the engine, which is what the course is about.
  add('lab fully opened, total', sent(page) + sum([...css, ...js, ...worker, ...fonts]), 1550);
}

let passed = 0;
let failed = 0;
for (const { name, bytes, budget } of parts) {
  const good = bytes <= budget;
  if (good) passed++;
  else failed++;
  console.log(
    `${good ? 'ok  ' : 'OVER'} ${(bytes / 1000).toFixed(1).padStart(8)} kB of ${String(budget / 1000).padStart(4)} kB  ${name}`,
  );
}
console.log(`budgets: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
