/**
 * Turns any plain value into an object of a known type, as Go's decoder and encoder would between them: unknown fields
 * are named and left out, nulls and zeros vanish where Go cannot tell them from absent, structures held by value are
 * always there. The result shares nothing with the input, but for structures that are `stored` already.
 */
import {
  alwaysFields,
  type FieldSchema,
  goEmbedded,
  goStructName,
  goTypeName,
  structSchema,
  type TypeSchema,
} from '../../api/index.ts';
import { formatQuantity, isPlainObject, quantityOf, setOwn } from '../../apimachinery/index.ts';
import { decodeScalar, jsonKind } from './decode-scalar.ts';

export interface DecodeReport {
  readonly value: unknown;
  /** Paths of fields that the type does not have: `spec.ports[0].foo`. */
  readonly unknown: readonly string[];
  /** The first thing that did not fit, in the real decoder's words. */
  readonly error?: string;
}

/** Decodes a kind. Fields are met in the order of the input's keys; sort them to hear complaints in the server's order. */
export function decodeStruct(
  name: string,
  input: unknown,
  stored: ReadonlySet<object> = new Set(),
): DecodeReport {
  const decoder = new Decoder(stored);
  const value = decoder.struct(name, input);
  return {
    value,
    unknown: decoder.unknown,
    ...(decoder.error === undefined ? {} : { error: decoder.error }),
  };
}

class Decoder {
  readonly unknown: string[] = [];
  error: string | undefined;
  /** Names of fields and places in lists, from the top down to where the decoder is. */
  readonly #path: (string | number)[] = [];
  /** The same for Go, without places in lists and with structures that are embedded. */
  readonly #goPath: string[] = [];
  #struct = '';
  readonly #stored: ReadonlySet<object>;

  constructor(stored: ReadonlySet<object>) {
    this.#stored = stored;
  }

  struct(name: string, input: unknown): unknown {
    const fields = structSchema(name)!;
    const result: Record<string, unknown> = {};
    const outer = this.#struct;
    this.#struct = name;
    for (const key of Object.keys(input as object)) {
      const value = (input as Record<string, unknown>)[key];
      if (value === undefined) continue;
      const field = fields.get(key);
      const embedded = goEmbedded(name, key);
      this.#path.push(key);
      this.#goPath.push(embedded ? `${embedded}.${key}` : key);
      if (!field) this.unknown.push(this.#place());
      else if (value !== null) this.#field(result, field, value);
      this.#path.pop();
      this.#goPath.pop();
    }
    this.#struct = outer;
    for (const field of alwaysFields(name)) {
      if (!Object.hasOwn(result, field.name)) fillIn(result, field);
    }
    return result;
  }

  #field(result: Record<string, unknown>, field: FieldSchema, input: unknown): void {
    const value = this.#value(field.type, input);
    if (value === undefined || (!field.pointer && !field.always && isZero(field.type, value))) return;
    result[field.name] = value;
  }

  #value(type: TypeSchema, input: unknown): unknown {
    switch (type.kind) {
      case 'struct':
        return isPlainObject(input) ? this.struct(type.name, input) : this.#mismatch(jsonKind(input), type);
      case 'list':
        return Array.isArray(input) ? this.#list(type.items, input) : this.#mismatch(jsonKind(input), type);
      case 'map':
        return isPlainObject(input) ? this.#map(type.values, input) : this.#mismatch(jsonKind(input), type);
      case 'text':
        return typeof input === 'string' ? input : this.#mismatch(jsonKind(input), type);
      case 'scalar': {
        if (type.name === 'any') return copyAny(input, 0);
        const result = decodeScalar(type.name, input);
        if (result.ok) return result.value;
        if ('mismatch' in result) return this.#mismatch(result.mismatch, type, result.goType);
        this.error ??= result.complaint;
        return undefined;
      }
    }
  }

  #list(items: TypeSchema, input: readonly unknown[]): unknown[] {
    const result: unknown[] = [];
    for (let place = 0; place < input.length; place++) {
      const item = input[place];
      if (this.#stored.has(item as object)) {
        result.push(item);
        continue;
      }
      this.#path.push(place);
      const value = item === null || item === undefined ? zeroOf(items) : this.#value(items, item);
      if (value !== undefined) result.push(value);
      this.#path.pop();
    }
    return result;
  }

  #map(values: TypeSchema, input: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(input)) {
      const member = input[key];
      if (member === undefined) continue;
      const value = member === null ? zeroOf(values) : this.#value(values, member);
      if (value !== undefined) setOwn(result, key, isQuantity(values) ? roundUp(value) : value);
    }
    return result;
  }

  #mismatch(kind: string, type: TypeSchema, goType = goTypeName(type)): undefined {
    const field = this.#goPath.join('.');
    this.error ??= `json: cannot unmarshal ${kind} into Go struct field ${goStructName(this.#struct)}.${field} of type ${goType}`;
    return undefined;
  }

  #place(): string {
    return this.#path.reduce<string>((path, step) => {
      if (typeof step === 'number') return `${path}[${step}]`;
      return path === '' ? step : `${path}.${step}`;
    }, '');
  }
}

/** Deeper than this nobody means it; Go's decoder gives up as well, if later. */
const MAX_DEPTH = 500;

function copyAny(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH)
    return typeof value === 'object' ? null : value;
  if (Array.isArray(value)) return value.map((item) => copyAny(item, depth + 1));
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) setOwn(result, key, copyAny(member, depth + 1));
  return result;
}

function isQuantity(type: TypeSchema): boolean {
  return type.kind === 'scalar' && type.name === 'quantity';
}

/** Amounts of resources are whole thousandths (Convert_v1_ResourceList_To_core_ResourceList). */
function roundUp(value: unknown): unknown {
  if (typeof value !== 'string' || !/[nu]$/.test(value)) return value;
  const { nanos } = quantityOf(value);
  const milli = 1_000_000n;
  const up = nanos > 0n ? (nanos + milli - 1n) / milli : nanos / milli;
  return formatQuantity(quantityOf(`${up}m`));
}

function fillIn(result: Record<string, unknown>, { name, type, pointer }: FieldSchema): void {
  if (pointer) {
    result[name] = null;
    return;
  }
  if (type.kind === 'list' || type.kind === 'map') return;
  result[name] = zeroOf(type);
}

function zeroOf(type: TypeSchema): unknown {
  switch (type.kind) {
    case 'struct': {
      const result: Record<string, unknown> = {};
      for (const field of alwaysFields(type.name)) fillIn(result, field);
      return result;
    }
    case 'list':
      return [];
    case 'map':
      return {};
    case 'text':
      return '';
    case 'scalar':
      return SCALAR_ZEROS[type.name];
  }
}

const SCALAR_ZEROS = {
  any: null,
  bool: false,
  bytes: '',
  int32: 0,
  int64: 0,
  intOrString: 0,
  microTime: null,
  number: 0,
  quantity: '0',
  string: '',
  time: null,
} as const;

function isZero(type: TypeSchema, value: unknown): boolean {
  switch (type.kind) {
    case 'struct':
      return false;
    case 'list':
      return (value as readonly unknown[]).length === 0;
    case 'map':
      return Object.keys(value as object).length === 0;
    case 'text':
      return value === '';
    case 'scalar':
      return value === '' || value === 0 || value === false;
  }
}
