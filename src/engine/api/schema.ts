import schema from './schema.json' with { type: 'json' };

/** Plain values by Go's names. `bytes` is base64, `time` and `microTime` RFC 3339, `any` whatever it is. */
export type ScalarName =
  | 'any'
  | 'bool'
  | 'bytes'
  | 'int32'
  | 'int64'
  | 'intOrString'
  | 'microTime'
  | 'number'
  | 'quantity'
  | 'string'
  | 'time';

export type TypeSchema =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  /** A text with a name of its own in Go, such as `Protocol`; `values`: the only ones it may have, if they are known. */
  | { readonly kind: 'text'; readonly name: string; readonly values?: readonly string[] }
  | { readonly kind: 'list'; readonly items: TypeSchema }
  | { readonly kind: 'map'; readonly values: TypeSchema }
  | { readonly kind: 'struct'; readonly name: string };

export interface FieldSchema {
  readonly name: string;
  readonly type: TypeSchema;
  readonly required: boolean;
  /** Absent and zero are told apart. */
  readonly pointer: boolean;
  /** There even when nobody set it: `{}`, `""`, 0 or false. */
  readonly always: boolean;
  /** A list that strategic merge patches merge by this member; '' for lists of plain values. */
  readonly mergeKey?: string;
  /** Strategic merge patches keep only the members that they name. */
  readonly retainKeys: boolean;
}

/** The fields of a structure in alphabetical order, by their JSON names. */
export type StructSchema = ReadonlyMap<string, FieldSchema>;

const enums: Readonly<Record<string, readonly string[] | undefined>> = schema.enums;
const structs: ReadonlyMap<string, StructSchema> = new Map(
  Object.entries<Readonly<Record<string, string>>>(schema.types).map(([name, fields]) => [
    name,
    new Map(Object.entries(fields).map(([field, text]) => [field, parseField(field, text)])),
  ]),
);

const alwaysPresent: ReadonlyMap<string, readonly FieldSchema[]> = new Map(
  [...structs].map(([name, fields]) => [name, [...fields.values()].filter(({ always }) => always)]),
);

/** The fields of a structure by Go's name: `PodSpec`, or a kind such as `Pod`. Undefined: there is none. */
export function structSchema(name: string): StructSchema | undefined {
  return structs.get(name);
}

/** Those fields of a structure that are there even when nobody set them. */
export function alwaysFields(name: string): readonly FieldSchema[] {
  return alwaysPresent.get(name) ?? [];
}

/** A type as Go's decoder names it in its complaints: `[]v1.ServicePort`, `map[string]string`, `int32`. */
export function goTypeName(type: TypeSchema): string {
  switch (type.kind) {
    case 'list':
      return `[]${goTypeName(type.items)}`;
    case 'map':
      return type.values.kind === 'scalar' && type.values.name === 'quantity'
        ? 'v1.ResourceList'
        : `map[string]${goTypeName(type.values)}`;
    case 'struct':
      return `v1.${goStructName(type.name)}`;
    case 'text':
      return type.name.includes('.') ? 'string' : `v1.${type.name}`;
    case 'scalar':
      return GO_SCALARS[type.name];
  }
}

/** Go's own name of a structure; ours differs where two groups have one of the same name. */
export function goStructName(name: string): string {
  return name === 'CoreEndpointPort' ? 'EndpointPort' : name;
}

/** The structure embedded in Go's `name` that has the field: Go's decoder names it in its complaints. */
export function goEmbedded(name: string, field: string): string | undefined {
  const embedded = EMBEDDED[name];
  return embedded && !embedded.but.includes(field) ? embedded.name : undefined;
}

const REFERENCE = { name: 'LocalObjectReference', but: ['items', 'optional', 'key', 'defaultMode'] };
const EMBEDDED: Readonly<
  Record<string, { readonly name: string; readonly but: readonly string[] } | undefined>
> = {
  ConfigMapEnvSource: REFERENCE,
  ConfigMapKeySelector: REFERENCE,
  ConfigMapProjection: REFERENCE,
  ConfigMapVolumeSource: REFERENCE,
  EphemeralContainer: { name: 'EphemeralContainerCommon', but: ['targetContainerName'] },
  IngressRule: { name: 'IngressRuleValue', but: ['host'] },
  Probe: {
    name: 'ProbeHandler',
    but: [
      'failureThreshold',
      'initialDelaySeconds',
      'periodSeconds',
      'successThreshold',
      'terminationGracePeriodSeconds',
      'timeoutSeconds',
    ],
  },
  SecretEnvSource: REFERENCE,
  SecretKeySelector: REFERENCE,
  SecretProjection: REFERENCE,
  Volume: { name: 'VolumeSource', but: ['name'] },
};

const GO_SCALARS: Readonly<Record<ScalarName, string>> = {
  any: 'interface {}',
  bool: 'bool',
  bytes: '[]uint8',
  int32: 'int32',
  int64: 'int64',
  intOrString: 'intstr.IntOrString',
  microTime: 'v1.MicroTime',
  number: 'float64',
  quantity: 'resource.Quantity',
  string: 'string',
  time: 'v1.Time',
};

/** See scripts/generate-schema.ts for how a field is written. */
function parseField(name: string, text: string): FieldSchema {
  const [, flags, type, , mergeKey] = /^([!*=~]*)([^|]+)(\|(.*))?$/.exec(text)!;
  return {
    name,
    type: parseType(type!),
    required: flags!.includes('!'),
    pointer: flags!.includes('*'),
    always: flags!.includes('='),
    retainKeys: flags!.includes('~'),
    ...(mergeKey === undefined ? {} : { mergeKey }),
  };
}

function parseType(text: string): TypeSchema {
  if (text.startsWith('[]')) return { kind: 'list', items: parseType(text.slice(2)) };
  if (text.startsWith('{}')) return { kind: 'map', values: parseType(text.slice(2)) };
  if (text.startsWith('@')) {
    const values = enums[text.slice(1)];
    return { kind: 'text', name: text.slice(1), ...(values ? { values } : {}) };
  }
  return /^[A-Z]/.test(text) ? { kind: 'struct', name: text } : { kind: 'scalar', name: text as ScalarName };
}
