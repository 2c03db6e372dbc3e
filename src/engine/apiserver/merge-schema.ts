import type { MergeSchema } from '../apimachinery/index.ts';

/** How the lists of a kind merge. */
export function mergeSchemaOf(_kind: string): MergeSchema | undefined {
  return undefined;
}
