import type { Message } from '../engine/index.ts';
import { valueAt } from './field-path.ts';

/** What a refusal means and what to do about it, in the learner's language; undefined: the server's words suffice. */
export function hintFor(
  fault: { readonly field: string; readonly reason: string; readonly message: string },
  object: unknown,
): Message | undefined {
  const name = fault.field.replace(/^.*\.(?=[^.]+$)/, '');
  const value = valueAt(object, fault.field);
  switch (fault.reason) {
    case 'FieldValueRequired':
      return say('required', { field: name });
    case 'UnknownField':
      return say('unknown-field', { field: name });
    case 'DuplicateField':
      return say('duplicate-field', { field: name });
    case 'WrongType':
      return say('wrong-type', { field: name });
    case 'NotFound':
      return fault.field === 'metadata.namespace'
        ? say('no-namespace', { namespace: String(value) })
        : undefined;
    case 'FieldValueNotSupported':
      return say('not-supported', { field: name, value: String(value) });
    case 'FieldValueForbidden':
      return say('forbidden', { field: name });
    case 'FieldValueInvalid':
      if (/between 1 and 65535/.test(fault.message)) return say('port-range', { value: String(value) });
      if (/does not match template/.test(fault.message)) return say('selector-labels', {});
      if (/field is immutable/.test(fault.message)) return say('immutable', { field: name });
      return undefined;
    default:
      return undefined;
  }
}

function say(id: string, values: Message['values']): Message {
  return { id: `lab.hint.${id}`, values };
}
