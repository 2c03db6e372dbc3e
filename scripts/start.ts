/** `npm start`: builds the site if the sources are newer than the last build, and serves it on loopback. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { serveFolder } from './serve.ts';
import { root, runStep } from './steps.ts';

const dist = join(root, 'dist');
const sources = ['src', 'content', 'public', 'astro.config.mjs', 'package-lock.json'];

/** Milliseconds of the newest change under a file or folder. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const built = existsSync(join(dist, 'index.html')) ? statSync(join(dist, 'index.html')).mtimeMs : 0;
if (Math.max(...sources.map((name) => newest(join(root, name)))) > built) {
  const { status } = await runStep({ name: 'build', command: ['astro', 'build'] });
  if (status !== 0) process.exit(status);
}

const wanted = Number(process.env.PORT ?? 4321);
const { server, address } = await serveFolder(dist, wanted).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE' || process.env.PORT) throw error;
  return serveFolder(dist, 0);
});
console.log(`\nHop by Hop is at ${address}\nCtrl+C stops it.`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => server.close(() => process.exit(0)));
