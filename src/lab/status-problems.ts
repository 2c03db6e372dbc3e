import type { Message, Status } from '../engine/index.ts';
import { hintFor } from './hints.ts';
import type { Problem, SourceRange } from './protocol.ts';
import type { SourceDocument, Sources } from './sources.ts';

/** A part of a Status that is about one field. */
interface Fault {
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * Puts an API server's refusal where it belongs in the files: one problem for each cause, at the field that it names or
 * the nearest parent that is written; refusals about the object as a whole stand at what they speak of.
 */
export function statusProblems(
  status: Status,
  document: SourceDocument,
  sources: Sources,
  stage: 'field' | 'server',
): readonly Problem[] {
  return faultsOf(status, document).flatMap((fault) => {
    const range = sources.rangeOf(document, fault.field);
    if (!range) return [];
    return [problem(fault, onOneLine(range), stage, document.value)];
  });
}

function problem(fault: Fault, range: SourceRange, stage: 'field' | 'server', value: unknown): Problem {
  const hint: Message | undefined = hintFor(fault, value);
  const base = { range, severity: 'error' as const, message: fault.message, stage, field: fault.field };
  return hint ? { ...base, hint } : base;
}

function faultsOf(status: Status, document: SourceDocument): readonly Fault[] {
  const causes = status.details?.causes ?? [];
  if (causes.length > 0)
    return causes.map((cause) => ({
      ...cause,
      message: `${cause.field}: ${withoutField(cause.message, cause.field)}`,
    }));
  const decoding = [...status.message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
  if (decoding.length > 0) {
    return decoding.map(([text, which, field]) => ({
      field: field!,
      reason: which === 'unknown' ? 'UnknownField' : 'DuplicateField',
      message: text,
    }));
  }
  const type = /json: cannot unmarshal .* into Go struct field \w+\.(\S+) of type .*/.exec(status.message);
  if (type) return [{ field: withIndices(type[1]!, document.value), reason: 'WrongType', message: type[0] }];
  const field =
    status.reason === 'NotFound' && status.details?.kind === 'namespaces'
      ? 'metadata.namespace'
      : 'metadata.name';
  return [{ field, reason: status.reason, message: status.message }];
}

/** Go's decoder names fields without indices: `spec.ports.port`. The first item that has the field stands for all. */
function withIndices(field: string, value: unknown): string {
  let path = '';
  let current = value;
  for (const key of field.split('.')) {
    if (Array.isArray(current)) {
      const index = Math.max(
        0,
        current.findIndex((item) => item !== null && typeof item === 'object' && key in item),
      );
      path += `[${index}]`;
      current = current[index];
    }
    path += path === '' ? key : `.${key}`;
    current = (current as Record<string, unknown> | null | undefined)?.[key];
  }
  return path;
}

function withoutField(message: string, field: string): string {
  return field !== '' && message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
}

/** A problem of a whole block is shown on its first line alone; columns past a line's end mean its end. */
export function onOneLine(range: SourceRange): SourceRange {
  return range.endLine === range.line ? range : { ...range, endLine: range.line, endColumn: 1000 };
}
