import type { Process } from '../../../libc/index.ts';

/** The file that a path of a URL stands for under `root`: itself, or the index of a folder. undefined: none. */
export function findFile(
  process: Process,
  root: string,
  path: string,
  index = 'index.html',
): { readonly name: string; readonly text: string } | undefined {
  const clean = decodePath(path.split('?', 1)[0]!);
  const name = clean.endsWith('/') ? `${clean}${index}` : clean;
  const text = process.readFile((root === '/' ? '' : root) + name);
  return text === undefined ? undefined : { name, text };
}

/** Percent escapes of ASCII, and no climbing out of the root. */
function decodePath(path: string): string {
  const decoded = path.replace(/%([0-7][0-9a-fA-F])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decoded
    .split('/')
    .filter((part) => part !== '..')
    .join('/');
}
