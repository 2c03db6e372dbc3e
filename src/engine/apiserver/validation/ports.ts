import type { IntOrString } from '../../api/index.ts';
import { type FieldError, invalidEach, portName, portNumber } from '../../apimachinery/index.ts';

/** A port by number, or by the name of a container's port (ValidatePortNumOrName). */
export function validatePortNumberOrName(port: IntOrString, path: string): FieldError[] {
  return invalidEach(path, port, typeof port === 'number' ? portNumber(port) : portName(port));
}
