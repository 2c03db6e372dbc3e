import type { MergeMember, MergeSchema } from '../apimachinery/index.ts';
import { type FieldSchema, structSchema, type TypeSchema } from './schema.ts';

/** How the members of a kind merge in a strategic merge patch; undefined for kinds that are not served. */
export function mergeSchemaOf(kind: string): MergeSchema | undefined {
  const struct = structSchema(kind);
  if (!struct) return undefined;
  return {
    member(name) {
      const field = struct.get(name);
      return field && memberOf(field);
    },
  };
}

function memberOf({ type, mergeKey, retainKeys }: FieldSchema): MergeMember {
  return {
    schema: schemaWithin(type),
    ...(mergeKey === undefined ? {} : { mergeKey }),
    ...(retainKeys ? { retainKeys } : {}),
  };
}

function schemaWithin(type: TypeSchema): MergeSchema | undefined {
  switch (type.kind) {
    case 'struct':
      return mergeSchemaOf(type.name);
    case 'list':
      return schemaWithin(type.items);
    case 'map':
    case 'scalar':
    case 'text':
      return undefined;
  }
}
