import { apiVersionOf, type KubernetesObject, type ResourceInfo } from '../../api/index.ts';
import { isPlainObject, type Status, setOwn } from '../../apimachinery/index.ts';
import type { WriteOptions } from '../client.ts';
import type { Mutable } from '../mutable.ts';
import { badRequestStatus } from '../statuses.ts';
import { jsonKind } from './decode-scalar.ts';
import { type DecodeReport, decodeStruct } from './decode-struct.ts';

export type Decoded =
  | { readonly ok: true; readonly object: Mutable<KubernetesObject>; readonly warnings: readonly string[] }
  /** `why`: the decoder's own complaint, which the status says in a sentence. */
  | { readonly ok: false; readonly status: Status; readonly why: string };

/**
 * Decodes a request's body, with the server-side field validation that the client asked for (KEP-2885; default Warn).
 * `stored`: structures of the stored object, which are taken as they are.
 */
export function decodeObject(
  info: ResourceInfo,
  input: unknown,
  options: WriteOptions = {},
  stored: ReadonlySet<object> = new Set(),
): Decoded {
  if (!isPlainObject(input))
    return refuse(info, `json: cannot unmarshal ${jsonKind(input)} into Go value of type v1.${info.kind}`);
  let report = decodeStruct(info.kind, input, stored);
  // kubectl sends JSON with sorted keys; only who reads complaints notices the order.
  if (report.error !== undefined || report.unknown.length > 1)
    report = decodeStruct(info.kind, sortKeys(input, 0));
  if (report.error !== undefined) return refuse(info, report.error);
  const complaints = strictComplaints(report, options);
  if (complaints.length > 0 && options.fieldValidation === 'Strict') {
    return refuse(info, `strict decoding error: ${complaints.join(', ')}`);
  }
  const object = report.value as Mutable<KubernetesObject>;
  object.apiVersion = apiVersionOf(info);
  object.kind = info.kind;
  return { ok: true, object, warnings: options.fieldValidation === 'Ignore' ? [] : complaints };
}

function strictComplaints({ unknown }: DecodeReport, { duplicateFields = [] }: WriteOptions): string[] {
  return [
    ...duplicateFields.map((path) => `duplicate field ${JSON.stringify(path)}`),
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
}

function refuse(info: ResourceInfo, why: string): Decoded {
  const message = `${info.kind} in version "${info.version}" cannot be handled as a ${info.kind}: ${why}`;
  return { ok: false, status: badRequestStatus(message), why };
}

const MAX_DEPTH = 100;

function sortKeys(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((item) => sortKeys(item, depth + 1));
  if (!isPlainObject(value)) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) setOwn(sorted, key, sortKeys(value[key], depth + 1));
  return sorted;
}
