/**
 * Cuts a field path, as the API server and kubectl write it, into its keys: `spec.ports[0].port`,
 * `metadata.labels[app.kubernetes.io/name]`, `.spec.replicas`. A number in brackets is an index.
 */
export function parseFieldPath(path: string): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (const [, key, index] of path.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (key !== undefined) keys.push(key);
    else if (index !== undefined && index !== '') keys.push(/^\d+$/.test(index) ? Number(index) : index);
  }
  return keys;
}

/** The value at a path; undefined: there is none. */
export function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const key of parseFieldPath(path)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
