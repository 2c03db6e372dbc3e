/** One step of a field path: the name of a field, a key of a map, or an index of a list. */
export type FieldPathSegment = string | number;

/**
 * Reads a path as field errors write it: `spec.ports[0].targetPort`, `metadata.labels[app.kubernetes.io/name]`,
 * `spec.template.spec.containers[0].ports[1]`. Anything in brackets that is not a number is a map key.
 */
export function parseFieldPath(path: string): readonly FieldPathSegment[] {
  const segments: FieldPathSegment[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === '.') {
      at++;
    } else if (path[at] === '[') {
      const close = path.indexOf(']', at);
      const inside = path.slice(at + 1, close === -1 ? path.length : close);
      segments.push(/^\d+$/.test(inside) ? Number(inside) : unquote(inside));
      at = close === -1 ? path.length : close + 1;
    } else {
      let end = at;
      while (end < path.length && path[end] !== '.' && path[end] !== '[') end++;
      segments.push(path.slice(at, end));
      at = end;
    }
  }
  return segments;
}

function unquote(key: string): string {
  const quote = key[0];
  return key.length >= 2 && (quote === '"' || quote === "'") && key.endsWith(quote) ? key.slice(1, -1) : key;
}
