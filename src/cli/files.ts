import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ShellFiles } from '../shell/index.ts';

/** Files on this computer as the simulated terminal sees them. Writing changes only what the terminal sees. */
export function createFiles(paths: readonly string[]): ShellFiles {
  const written = new Map<string, string>();
  const known = paths.flatMap((path) => listed(path));
  return {
    list: () => Array.from(new Set([...known, ...written.keys()])),
    read: (name) => written.get(name) ?? readText(name),
    write: (name, text) => void written.set(name, text),
  };
}

function listed(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [path] : [];
  return readdirSync(path)
    .sort()
    .map((name) => join(path, name));
}

/** undefined: no such file, or none that can be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
