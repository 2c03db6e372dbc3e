import { goJson } from '../../text/go-json.ts';
import type { KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';

/** From so many objects on a list is written object by object. */
const LONG = 20;

/** Whether a list is so long that it is better not made in one piece. */
export function isLongList(found: readonly Found[], format: string): boolean {
  return found.length >= LONG && (format === 'yaml' || format === 'json');
}

/**
 * A List as `-o yaml` and `-o json` print it, byte for byte as in one piece, but object by object: so the screen fills at
 * once, the page has its turns, and Ctrl-C comes through.
 */
export async function printLongList(
  { process, out }: KubectlContext,
  found: readonly Found[],
  format: 'yaml' | 'json',
): Promise<void> {
  const { stringifyYaml } = process.session.host;
  const json = format === 'json';
  out(json ? '{\n    "apiVersion": "v1",\n    "items": [\n' : 'apiVersion: v1\nitems:\n');
  for (const [index, { object }] of found.entries()) {
    const last = index === found.length - 1;
    out(
      json ? `${goJson(object).replace(/^/gm, ' '.repeat(8))}${last ? '' : ','}\n` : stringifyYaml([object]),
    );
    await process.pause();
  }
  out(
    json
      ? '    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n'
      : 'kind: List\nmetadata:\n  resourceVersion: ""\n',
  );
}
