import type { FileSystem, Machine } from '../process.ts';
import { resolvePath } from '../syntax/paths.ts';
import type { ShellFiles } from '../types.ts';

/** Where the lab's files are on the reader's own machine. */
export const HOME = '/home/learner';

/** A machine's files. On the workstation the lab's files stand in the home folder, before those of the machine itself. */
export function createFileSystem(
  machine: Machine,
  files: ShellFiles,
  directory: () => string,
  descriptors?: ReadonlyMap<string, string>,
): FileSystem {
  const { context } = machine;
  const labName = (path: string) => {
    if (machine.kind !== 'workstation') return undefined;
    const full = resolvePath(path, directory());
    return full === HOME ? '' : full.startsWith(`${HOME}/`) ? full.slice(HOME.length + 1) : undefined;
  };
  const absolute = (path: string) => resolvePath(path, directory());
  // A node or a computer has these folders, with nothing of ours in them too.
  const standing = machine.kind === 'container' ? [] : ['/', context.env.HOME ?? '/root', '/tmp'];
  const listMachine = (path: string): readonly string[] | undefined => {
    const inside = standing
      .filter((folder) => folder.startsWith(path === '/' ? '/' : `${path}/`) && folder !== path)
      .map((folder) => folder.slice(path === '/' ? 1 : path.length + 1).split('/')[0]!);
    const names = context.readDirectory(path);
    if (names === undefined && inside.length === 0 && !standing.includes(path)) return undefined;
    return Array.from(new Set([...(names ?? []), ...inside]));
  };

  return {
    read(path) {
      if (path === '/dev/null') return '';
      const kept = descriptors?.get(path);
      if (kept !== undefined) return kept;
      const name = labName(path);
      // The host may know files by whole paths too: those given to `hop run`.
      const own =
        machine.kind === 'workstation'
          ? ((name ? files.read(name) : undefined) ?? files.read(path))
          : undefined;
      return own ?? context.readFile(absolute(path));
    },
    list(path) {
      const name = labName(path);
      if (name === undefined && machine.kind === 'workstation') {
        const folder = `${path.replace(/\/$/, '')}/`;
        const inside = files.list().filter((file) => file.startsWith(folder));
        if (inside.length > 0) return inside.map((file) => file.slice(folder.length));
      }
      if (name === undefined) {
        const full = absolute(path);
        return listMachine(full) ?? (full === '/' ? [] : undefined);
      }
      const inside = files.list().filter((file) => name === '' || file.startsWith(`${name}/`));
      if (name !== '' && inside.length === 0) return undefined;
      const names = inside.map((file) => (name === '' ? file : file.slice(name.length + 1)).split('/')[0]!);
      return Array.from(new Set(names)).sort();
    },
    write(path, text) {
      const name = labName(path);
      if (name === '') return 'Is a directory';
      if (name !== undefined) {
        files.write(name, text);
        return undefined;
      }
      if (!context.writeFile) return 'Read-only file system';
      return context.writeFile(absolute(path), text) ? undefined : 'Read-only file system';
    },
    remove(path) {
      if (labName(path) !== undefined || !context.removeFile) return 'Operation not permitted';
      if (context.readFile(absolute(path)) === undefined) return 'No such file or directory';
      return context.removeFile(absolute(path)) ? undefined : 'Read-only file system';
    },
  };
}
