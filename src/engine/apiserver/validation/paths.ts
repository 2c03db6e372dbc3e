/** Rules of paths inside containers and volumes (pkg/apis/core/validation/validation.go, v1.36). */
import { type FieldError, invalid } from '../../apimachinery/index.ts';

export function validatePathNoBacksteps(target: string, path: string): FieldError[] {
  return target.split('/').includes('..') ? [invalid(path, target, "must not contain '..'")] : [];
}

/** A relative path that does not climb. */
export function validateLocalDescendingPath(target: string, path: string): FieldError[] {
  const errors = target.startsWith('/') ? [invalid(path, target, 'must be a relative path')] : [];
  return [...errors, ...validatePathNoBacksteps(target, path)];
}

/** As {@link validateLocalDescendingPath}, and no name that starts with two dots: those are the kubelet's. */
export function validateLocalNonReservedPath(target: string, path: string): FieldError[] {
  const errors = validateLocalDescendingPath(target, path);
  if (target.startsWith('..') && !target.startsWith('../'))
    errors.push(invalid(path, target, "must not start with '..'"));
  return errors;
}
