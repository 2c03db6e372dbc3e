/** Rules of ControllerRevision (pkg/apis/apps/validation/validation.go, v1.36). */
import type { ControllerRevision } from '../../api/index.ts';
import { type FieldError, invalid, isPlainObject, required } from '../../apimachinery/index.ts';
import { validateImmutable } from './object-meta.ts';

export function validateControllerRevision({ data, revision }: ControllerRevision): FieldError[] {
  const errors = validateRevision(revision);
  if (data === undefined || data === null) return [...errors, required('data', 'data is mandatory')];
  return isPlainObject(data) ? errors : [...errors, required('data', 'data must be a valid JSON object')];
}

/** What a revision keeps never changes, only its place in the history. */
export function validateControllerRevisionUpdate(
  { data, revision }: ControllerRevision,
  old: ControllerRevision,
): FieldError[] {
  return [...validateRevision(revision), ...validateImmutable(data, old.data, 'data')];
}

function validateRevision(revision: number): FieldError[] {
  return revision < 0 ? [invalid('revision', revision, 'must be greater than or equal to 0')] : [];
}
