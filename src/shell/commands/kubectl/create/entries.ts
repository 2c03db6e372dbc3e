import type { Flag } from '../../../process.ts';
import type { KubectlContext } from '../kubectl-command.ts';

/** Flags that fill a ConfigMap or a Secret. */
export const ENTRY_FLAGS: readonly Flag[] = [
  { name: 'from-literal', value: 'KEY=VALUE', help: 'One entry' },
  { name: 'from-file', value: '[KEY=]FILE', help: 'A file as one entry, or a folder’s files' },
  { name: 'from-env-file', value: 'FILE', help: 'One entry for each line KEY=VALUE' },
];

/** The entries of those flags, or what is wrong. `kind`: for messages. */
export function readEntries(
  context: KubectlContext,
  kind: 'ConfigMap' | 'Secret',
  name: string,
): Readonly<Record<string, string>> | string {
  const { flags, process } = context;
  const data = new Map<string, string>();
  const add = (key: string, value: string): string | undefined => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key))
      return `"${key}" is not a valid key name for a ${kind}: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`;
    if (data.has(key))
      return kind === 'ConfigMap'
        ? `cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${name}"`
        : `cannot add key ${key}, another key by that name already exists`;
    data.set(key, value);
    return undefined;
  };
  if (flags.has('from-env-file') && (flags.has('from-file') || flags.has('from-literal')))
    return 'from-env-file cannot be combined with from-file or from-literal';
  for (const text of flags.list('from-file')) {
    const equals = text.indexOf('=');
    const path = equals === -1 ? text : text.slice(equals + 1);
    const names =
      equals === -1 && process.files.read(path) === undefined ? process.files.list(path) : undefined;
    if (process.files.read(path) === undefined && !names)
      return `error reading ${path}: no such file or directory`;
    for (const file of names ?? ['']) {
      const full = file === '' ? path : `${path.replace(/\/$/, '')}/${file}`;
      const content = process.files.read(full);
      if (content === undefined) continue;
      const problem = add(equals > 0 ? text.slice(0, equals) : full.split('/').at(-1)!, content);
      if (problem) return problem;
    }
  }
  for (const text of flags.list('from-literal')) {
    const equals = text.indexOf('=');
    if (equals <= 0) return `invalid literal source ${text}, expected key=value`;
    const problem = add(text.slice(0, equals), text.slice(equals + 1).replace(/^(['"])(.*)\1$/s, '$2'));
    if (problem) return problem;
  }
  for (const path of flags.list('from-env-file')) {
    const content = process.files.read(path);
    if (content === undefined) return `error reading ${path}: no such file or directory`;
    for (const line of content.split('\n')) {
      const trimmed = line.trimStart();
      if (trimmed === '' || trimmed.startsWith('#')) continue;
      const equals = trimmed.indexOf('=');
      const key = equals === -1 ? trimmed : trimmed.slice(0, equals);
      const problem = add(key, equals === -1 ? (process.env[key] ?? '') : trimmed.slice(equals + 1));
      if (problem) return problem;
    }
  }
  return Object.fromEntries(data);
}
