/** Rules of metadata (k8s.io/apimachinery/pkg/api/validation/objectmeta.go, v1.36). */
import type { LabelSelector, Labels, ObjectMeta, OwnerReference } from '../../api/index.ts';
import {
  asPrefix,
  child,
  deepEqual,
  dns1123Label,
  type FieldError,
  forbidden,
  goQuote,
  index,
  invalid,
  invalidEach,
  labelValue,
  type NameRule,
  qualifiedName,
  required,
  sortedMap,
  tooLong,
  utf8Bytes,
} from '../../apimachinery/index.ts';

const MAX_ANNOTATIONS_SIZE = 256 * 1024;
const FINALIZER_ORPHAN = 'orphan';
const FINALIZER_FOREGROUND = 'foregroundDeletion';
const STANDARD_FINALIZERS = ['kubernetes', FINALIZER_ORPHAN, FINALIZER_FOREGROUND];

export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (meta.generateName) {
    errors.push(
      ...invalidEach(child(path, 'generateName'), meta.generateName, asPrefix(nameRule)(meta.generateName)),
    );
  }
  if (!meta.name) errors.push(required(child(path, 'name'), 'name or generateName is required'));
  else errors.push(...invalidEach(child(path, 'name'), meta.name, nameRule(meta.name)));
  if (namespaced) {
    if (!meta.namespace) errors.push(required(child(path, 'namespace')));
    else errors.push(...invalidEach(child(path, 'namespace'), meta.namespace, dns1123Label(meta.namespace)));
  } else if (meta.namespace) {
    errors.push(forbidden(child(path, 'namespace'), 'not allowed on this type'));
  }
  if ((meta.generation ?? 0) < 0)
    errors.push(invalid(child(path, 'generation'), meta.generation, 'must be greater than or equal to 0'));
  errors.push(
    ...validateLabels(meta.labels, child(path, 'labels')),
    ...validateAnnotations(meta.annotations, child(path, 'annotations')),
    ...validateOwnerReferences(meta.ownerReferences ?? [], child(path, 'ownerReferences')),
    ...validateFinalizers(meta.finalizers ?? [], child(path, 'finalizers')),
  );
  return errors;
}

/** Finalizers without a domain must be Kubernetes' own (validateKubeFinalizerName, pkg/apis/core/validation). */
export function validateKubeFinalizers({ finalizers = [] }: ObjectMeta, path: string): FieldError[] {
  return finalizers.flatMap((finalizer, place) => {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.includes(finalizer)) return [];
    const detail = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalid(index(child(path, 'finalizers'), place), finalizer, detail)];
  });
}

export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = [...new Set(meta.finalizers)]
      .filter((finalizer) => !old.finalizers?.includes(finalizer))
      .sort();
    if (added.length > 0) {
      const list = `[]string{${added.map(goQuote).join(', ')}}`;
      errors.push(
        forbidden(
          child(path, 'finalizers'),
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      );
    }
  }
  for (const field of [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    errors.push(...validateImmutable(meta[field], old[field], child(path, field)));
  }
  errors.push(
    ...validateLabels(meta.labels, child(path, 'labels')),
    ...validateAnnotations(meta.annotations, child(path, 'annotations')),
    ...validateOwnerReferences(meta.ownerReferences ?? [], child(path, 'ownerReferences')),
  );
  return errors;
}

/** `field is immutable`, for a value that is not what it was. */
export function validateImmutable(
  value: unknown,
  old: unknown,
  path: string,
  shown: unknown = value,
): FieldError[] {
  return deepEqual(value, old) ? [] : [invalid(path, shown, 'field is immutable')];
}

/** Every complaint names the whole map, as the real ones do. Keys in order: Go's own order is by chance. */
export function validateLabels(labels: Labels | undefined, path: string): FieldError[] {
  if (labels === undefined) return [];
  return Object.keys(labels)
    .sort()
    .flatMap((name) => [
      ...invalidEach(path, name, qualifiedName(name)),
      ...invalidEach(path, labels[name], labelValue(labels[name]!)),
    ]);
}

export function validateAnnotations(annotations: Labels | undefined, path: string): FieldError[] {
  if (annotations === undefined) return [];
  const names = Object.keys(annotations).sort();
  const errors = names.flatMap((name) => invalidEach(path, name, qualifiedName(name.toLowerCase())));
  const size = names.reduce((sum, name) => sum + byteLength(name) + byteLength(annotations[name]!), 0);
  if (size > MAX_ANNOTATIONS_SIZE) errors.push(tooLong(path, MAX_ANNOTATIONS_SIZE));
  return errors;
}

/** A selector as messages show it: Go's order of its members. */
export function shownSelector(selector: LabelSelector | undefined): unknown {
  if (selector === undefined) return null;
  const { matchLabels, matchExpressions } = selector;
  return {
    ...(matchLabels && Object.keys(matchLabels).length > 0 ? { matchLabels: sortedMap(matchLabels) } : {}),
    ...(matchExpressions?.length
      ? {
          matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
            key: key ?? '',
            operator: operator ?? '',
            ...(values?.length ? { values } : {}),
          })),
        }
      : {}),
  };
}

export interface LabelSelectorOptions {
  /** An object that already has a bad value in its selector may keep it. */
  readonly allowInvalidLabelValue?: boolean;
}

/** metav1's rules for a LabelSelector (apis/meta/v1/validation). */
export function validateLabelSelector(
  selector: LabelSelector | undefined,
  path: string,
  options: LabelSelectorOptions = {},
): FieldError[] {
  if (selector === undefined) return [];
  const errors = validateLabels(selector.matchLabels, child(path, 'matchLabels'));
  for (const [position, { key, operator, values = [] }] of (selector.matchExpressions ?? []).entries()) {
    const place = index(child(path, 'matchExpressions'), position);
    switch (operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0)
          errors.push(
            required(child(place, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"),
          );
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          errors.push(
            forbidden(
              child(place, 'values'),
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          );
        }
        break;
      default:
        errors.push(invalid(child(place, 'operator'), operator ?? '', 'not a valid selector operator'));
    }
    errors.push(...invalidEach(child(place, 'key'), key ?? '', qualifiedName(key ?? '')));
    if (options.allowInvalidLabelValue) continue;
    for (const [at, value] of values.entries())
      errors.push(...invalidEach(index(child(place, 'values'), at), value, labelValue(value)));
  }
  return errors;
}

function validateOwnerReferences(references: readonly OwnerReference[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
    if (apiVersion.split('/').at(-1) === '')
      errors.push(invalid(child(path, 'apiVersion'), apiVersion, 'version must not be empty'));
    if (kind === '') errors.push(invalid(child(path, 'kind'), kind, 'must not be empty'));
    if (name === '') errors.push(invalid(child(path, 'name'), name, 'must not be empty'));
    if (uid === '') errors.push(invalid(child(path, 'uid'), uid, 'must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event')
      errors.push(invalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
    if (!reference.controller) continue;
    const current = `${kind}/${name}`;
    if (controller === '') controller = current;
    else {
      errors.push(
        invalid(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`,
        ),
      );
    }
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[], path: string): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => invalidEach(path, finalizer, qualifiedName(finalizer)));
  if (finalizers.includes(FINALIZER_ORPHAN) && finalizers.includes(FINALIZER_FOREGROUND)) {
    errors.push(
      invalid(
        path,
        finalizers,
        `finalizer ${FINALIZER_ORPHAN} and ${FINALIZER_FOREGROUND} cannot be both set`,
      ),
    );
  }
  return errors;
}

function byteLength(text: string): number {
  return utf8Bytes(text).length;
}
