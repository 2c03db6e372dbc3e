import { apiVersionOf, RESOURCES } from './resources.ts';
import { type FieldSchema, type StructSchema, structSchema, type TypeSchema } from './schema.ts';

/** The first sentences of the fields' documentation, by structure and field: `schema-docs.json`, loaded only when asked for. */
export type SchemaDocs = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** `path` has a name for each step down and `[]` for an item of a list; empty: the object itself. */
export interface FieldQuery {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly path: readonly string[];
}

export interface FieldDescription {
  /** `string`, `integer`, `boolean`, `object`, `array`, `map`, `IntOrString`, `Quantity`, `Time` … */
  readonly type: string;
  readonly required?: boolean;
  readonly doc?: string;
  /** The only values it may have. */
  readonly values?: readonly string[];
  /** Of an object, or of the items of an array of objects. */
  readonly properties?: readonly {
    readonly name: string;
    readonly type: string;
    readonly required?: boolean;
    readonly doc?: string;
  }[];
}

/** What the schema knows of one field, for completion and hover. Without a kind: what every object has. */
export function describeField(
  { apiVersion, kind, path }: FieldQuery,
  docs: SchemaDocs = {},
): FieldDescription | undefined {
  const info = RESOURCES.find(
    (resource) =>
      resource.kind === kind && (apiVersion === undefined || apiVersionOf(resource) === apiVersion),
  );
  let type: TypeSchema = { kind: 'struct', name: info?.kind ?? 'Namespace' };
  if (!info && path.length === 0) return describeUnknown();
  let field: FieldSchema | undefined;
  let doc: string | undefined;
  for (const step of path) {
    const inside = within(type, step);
    if (!inside) return undefined;
    field = inside.field ?? field;
    doc = inside.field && type.kind === 'struct' ? docs[type.name]?.[step] : doc;
    type = inside.type;
  }
  const values =
    path.length === 1 && path[0] === 'kind'
      ? kindsOf(apiVersion)
      : path.length === 1 && path[0] === 'apiVersion'
        ? versions()
        : valuesOf(type);
  const struct = structOf(type);
  return {
    type: typeName(type),
    ...(field?.required ? { required: true } : {}),
    ...(doc ? { doc } : {}),
    ...(values ? { values } : {}),
    ...(struct ? { properties: propertiesOf(struct.fields, docs[struct.name]) } : {}),
  };
}

function describeUnknown(): FieldDescription {
  const properties = ['apiVersion', 'kind', 'metadata'].map((name) => ({
    name,
    type: name === 'metadata' ? 'object' : 'string',
    required: true,
  }));
  return { type: 'object', properties };
}

function within(
  type: TypeSchema,
  step: string,
): { readonly type: TypeSchema; readonly field?: FieldSchema } | undefined {
  if (step === '[]') return type.kind === 'list' ? { type: type.items } : undefined;
  if (type.kind === 'map') return { type: type.values };
  if (type.kind !== 'struct') return undefined;
  const field = structSchema(type.name)?.get(step);
  return field && { type: field.type, field };
}

function structOf(type: TypeSchema): { readonly name: string; readonly fields: StructSchema } | undefined {
  const inner = type.kind === 'list' ? type.items : type;
  const fields = inner.kind === 'struct' ? structSchema(inner.name) : undefined;
  return fields && inner.kind === 'struct' ? { name: inner.name, fields } : undefined;
}

function propertiesOf(
  fields: StructSchema,
  docs: Readonly<Record<string, string>> | undefined,
): NonNullable<FieldDescription['properties']> {
  return [...fields.values()].map(({ name, type, required }) => ({
    name,
    type: typeName(type),
    ...(required ? { required } : {}),
    ...(docs?.[name] ? { doc: docs[name] } : {}),
  }));
}

function valuesOf(type: TypeSchema): readonly string[] | undefined {
  if (type.kind === 'list') return valuesOf(type.items);
  if (type.kind === 'scalar' && type.name === 'bool') return ['true', 'false'];
  return type.kind === 'text' ? type.values : undefined;
}

function kindsOf(apiVersion: string | undefined): string[] {
  const kinds = RESOURCES.filter((info) => apiVersion === undefined || apiVersionOf(info) === apiVersion).map(
    ({ kind }) => kind,
  );
  return kinds.length > 0 ? kinds : RESOURCES.map(({ kind }) => kind);
}

function versions(): string[] {
  return [...new Set(RESOURCES.map(apiVersionOf))];
}

function typeName(type: TypeSchema): string {
  switch (type.kind) {
    case 'list':
      return 'array';
    case 'map':
      return 'map';
    case 'struct':
      return 'object';
    case 'text':
      return 'string';
    case 'scalar':
      return SCALAR_TYPES[type.name] ?? 'string';
  }
}

const SCALAR_TYPES: Readonly<Record<string, string | undefined>> = {
  any: 'any',
  bool: 'boolean',
  int32: 'integer',
  int64: 'integer',
  intOrString: 'IntOrString',
  microTime: 'Time',
  number: 'number',
  quantity: 'Quantity',
  time: 'Time',
};
