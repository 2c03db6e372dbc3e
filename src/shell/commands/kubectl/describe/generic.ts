import type { KubernetesObject } from '../../../../engine/index.ts';
import { type DescribeContext, writeAnnotations, writeEvents, writeMap } from './shared.ts';
import type { DescribeWriter } from './writer.ts';

const SKIPPED = new Set(['name', 'namespace', 'labels', 'annotations', 'managedFields']);

/** Models genericDescriber: every field by its name in words, for kinds that have no describer of their own. */
export function describeGeneric(
  out: DescribeWriter,
  object: KubernetesObject,
  context: DescribeContext,
): void {
  const { metadata } = object;
  out.line(0, 'Name:', metadata.name);
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  writeMap(out, 0, 'Labels', metadata.labels);
  writeAnnotations(out, 0, metadata.annotations);
  const { metadata: _, ...rest } = object;
  const shown = Object.fromEntries(Object.entries(metadata).filter(([key]) => !SKIPPED.has(key)));
  writeFields(out, { ...rest, metadata: shown }, 0);
  writeEvents(out, context, object);
}

function writeFields(out: DescribeWriter, fields: object, depth: number): void {
  for (const [key, value] of Object.entries(fields).sort(([a], [b]) => (words(a) < words(b) ? -1 : 1))) {
    if (value === undefined || value === null) continue;
    const title = `${words(key)}:`;
    if (Array.isArray(value)) {
      out.line(depth, title);
      for (const item of value) {
        if (typeof item === 'object' && item !== null) writeFields(out, item, depth + 1);
        else out.line(depth + 1, String(item));
      }
    } else if (typeof value === 'object') {
      out.line(depth, title);
      writeFields(out, value, depth + 1);
    } else out.line(depth, title, String(value));
  }
}

/** `apiVersion` -> `API Version`, `lastTimestamp` -> `Last Timestamp`. */
function words(key: string): string {
  const spaced = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2');
  return spaced
    .split(' ')
    .map((word) =>
      /^(?:api|uid|ip|cidr|cidrs|id)$/i.test(word)
        ? word.toLowerCase() === 'cidrs'
          ? 'CIDRs'
          : word.toUpperCase()
        : word[0]!.toUpperCase() + word.slice(1),
    )
    .join(' ');
}
