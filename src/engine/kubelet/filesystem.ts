/** A set of files: an image's layers, a ConfigMap, an emptyDir. Paths inside it are relative, without a slash in front. */
export interface FileTree {
  read(path: string): string | undefined;
  /** Every file, in no order that matters. */
  paths(): Iterable<string>;
  /** Absent: read-only. */
  readonly write?: (path: string, text: string) => void;
  readonly remove?: (path: string) => boolean;
}

/** What a container's processes see: a writable layer over the image's files, with trees mounted at folders or files. */
export interface FileSystem {
  read(path: string): string | undefined;
  /** The names in a folder, sorted; undefined: no such folder. */
  list(path: string): readonly string[] | undefined;
  /** False: the place is read-only. */
  write(path: string, text: string): boolean;
  remove(path: string): boolean;
  makeDirectory(path: string): void;
}

export interface Mount {
  /** Absolute, without a slash at the end. */
  readonly path: string;
  readonly tree: FileTree;
  /** Mounts only this file of the tree, at `path` itself. */
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** Files kept in memory, which everybody who mounts the tree may change. */
export function createFileTree(files: Readonly<Record<string, string>> = {}): Required<FileTree> {
  const contents = new Map(Object.entries(files));
  return {
    read: (path) => contents.get(path),
    paths: () => contents.keys(),
    write: (path, text) => contents.set(path, text),
    remove: (path) => contents.delete(path),
  };
}

/** Files that others decide, read anew each time: a ConfigMap as the kubelet last saw it, a log. */
export function readOnlyTree(files: () => Readonly<Record<string, string>>): FileTree {
  return { read: (path) => files()[path], paths: () => Object.keys(files()) };
}

/** The kubelet looks at the volumes of a running pod about once a minute (syncFrequency). */
const SYNC_MS = 60_000;

/** Like `readOnlyTree`, but what others decide shows only after the pod's next sync: up to a minute later. */
export function syncedTree(now: () => number, files: () => Readonly<Record<string, string>>): FileTree {
  let taken = now();
  let current = files();
  return readOnlyTree(() => {
    if (now() - taken >= SYNC_MS) {
      taken = now();
      current = files();
    }
    return current;
  });
}

/** Folders that exist in every image although no file of ours is in them. */
const FOLDERS = [
  '/',
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/proc',
  '/root',
  '/run',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
  '/var/log',
  '/var/run',
];

export function createFileSystem(
  layers: Readonly<Record<string, string>>,
  mounts: readonly Mount[],
): FileSystem {
  const root = createFileTree(
    Object.fromEntries(Object.entries(layers).map(([path, text]) => [path.slice(1), text])),
  );
  const folders = new Set(FOLDERS);
  // The longest mount path wins, as the kernel resolves nested mounts.
  const ordered = [...mounts].sort((a, b) => b.path.length - a.path.length);

  function locate(absolute: string): { tree: FileTree; path: string; readOnly: boolean } {
    for (const mount of ordered) {
      if (mount.subPath !== undefined && absolute === mount.path) {
        return { tree: mount.tree, path: mount.subPath, readOnly: mount.readOnly ?? false };
      }
      if (absolute === mount.path || absolute.startsWith(`${mount.path}/`)) {
        const inside = absolute.slice(mount.path.length + 1);
        const path = mount.subPath === undefined ? inside : `${mount.subPath}/${inside}`;
        return { tree: mount.tree, path, readOnly: mount.readOnly ?? false };
      }
    }
    return { tree: root, path: absolute.slice(1), readOnly: false };
  }

  function* everyPath(): Iterable<string> {
    for (const path of root.paths()) yield `/${path}`;
    for (const folder of folders) yield `${folder === '/' ? '' : folder}/`;
    for (const mount of mounts) {
      yield `${mount.path}/`;
      if (mount.subPath !== undefined && mount.tree.read(mount.subPath) !== undefined) yield mount.path;
      for (const path of mount.tree.paths()) {
        if (mount.subPath === undefined) yield `${mount.path}/${path}`;
        else if (path.startsWith(`${mount.subPath}/`))
          yield `${mount.path}${path.slice(mount.subPath.length)}`;
      }
    }
  }

  return {
    read(path) {
      const place = locate(path);
      return place.tree.read(place.path);
    },
    list(path) {
      const prefix = path === '/' ? '/' : `${path}/`;
      const names = new Set<string>();
      let exists = false;
      for (const each of everyPath()) {
        if (!each.startsWith(prefix)) continue;
        exists = true;
        const name = each.slice(prefix.length).split('/', 1)[0]!;
        if (name !== '') names.add(name);
      }
      return exists ? [...names].sort() : undefined;
    },
    write(path, text) {
      const place = locate(path);
      if (place.readOnly || !place.tree.write) return false;
      place.tree.write(place.path, text);
      return true;
    },
    remove(path) {
      const place = locate(path);
      if (place.readOnly || !place.tree.remove) return false;
      return place.tree.remove(place.path);
    },
    makeDirectory: (path) => {
      folders.add(path);
    },
  };
}

/** The absolute path of `path` seen from `folder`, with `.` and `..` worked out. */
export function resolvePath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
