/** What may change in a Pod once it is there (ValidatePodUpdate, pkg/apis/core/validation/validation.go, v1.36). */
import type { Affinity, Container, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../../api/index.ts';
import {
  deepEqual,
  type FieldError,
  forbidden,
  inRange,
  invalid,
  invalidEach,
  required,
  sortedMap,
} from '../../apimachinery/index.ts';
import { printInternalPodSpec } from './internal-pod-spec.ts';
import { validatePodMetadataAndSpec } from './pod.ts';
import { validateTolerations } from './scheduling.ts';
import { unifiedDiff } from './unified-diff.ts';

const MAX_INT32 = 2147483647;
const MIRROR = 'kubernetes.io/config.mirror';
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = [...validatePodMetadataAndSpec(pod), ...validateAnnotationUpdates(pod, old)];
  for (const field of ['containers', 'initContainers'] as const) {
    const [now, before] = [pod.spec[field] ?? [], old.spec[field] ?? []];
    if (now.length !== before.length)
      return [...errors, forbidden(`spec.${field}`, 'pod updates may not add or remove containers')];
    errors.push(...validateImages(now, `spec.${field}`));
  }
  const deadline = validateDeadline(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...validateOnlyAddedTolerations(pod.spec.tolerations ?? [], old.spec.tolerations ?? []));
  errors.push(...validateOnlyDeletedGates(pod.spec, old.spec));
  if (deepEqual(pod.spec, old.spec)) return errors;
  return [...errors, ...validateRest(pod.spec, old.spec)];
}

/** pods/ephemeralcontainers: more may come, none may change or go. */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden('', 'static pods do not support ephemeral containers')];
  const errors = [...validatePodMetadataAndSpec(pod), ...validateAnnotationUpdates(pod, old)];
  const path = 'spec.ephemeralContainers';
  for (const before of old.spec.ephemeralContainers ?? []) {
    const now = pod.spec.ephemeralContainers?.find(({ name }) => name === before.name);
    const which = `existing ephemeral containers ${JSON.stringify(before.name)} may not be`;
    if (!now) errors.push(forbidden(path, `${which} removed\n`));
    else if (!deepEqual(now, before)) errors.push(forbidden(path, `${which} changed\n`));
  }
  return errors;
}

/** With all that may change put back, nothing may be left that did. */
function validateRest(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  let munged: PodSpec = {
    ...spec,
    containers: withOldImages(spec.containers, old.containers),
    ...(spec.initContainers
      ? { initContainers: withOldImages(spec.initContainers, old.initContainers ?? []) }
      : {}),
  };
  munged = putBack(munged, old, ['activeDeadlineSeconds', 'schedulingGates', 'tolerations']);
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    munged = putBack(munged, old, ['terminationGracePeriodSeconds']);
  }
  if (old.schedulingGates?.length) {
    if (!deepEqual(munged.nodeSelector, old.nodeSelector)) {
      errors.push(...validateNodeSelectorMutation(munged.nodeSelector, old.nodeSelector));
      munged = putBack(munged, old, ['nodeSelector']);
    }
    errors.push(...validateNodeAffinityMutation(munged.affinity, old.affinity));
    munged = putBackNodeAffinity(munged, old);
  }
  if (deepEqual(munged, old)) return errors;
  const difference = unifiedDiff(printInternalPodSpec(old), printInternalPodSpec(munged));
  return [
    ...errors,
    forbidden('spec', `pod updates may not change fields other than ${UPDATABLE}\n${difference}`),
  ];
}

function validateImages(containers: readonly Container[], path: string): FieldError[] {
  return containers.flatMap(({ image = '' }, place) => {
    const at = `${path}[${place}].image`;
    if (image === '') return [required(at)];
    return image.trim() === image ? [] : [invalid(at, image, 'must not have leading or trailing whitespace')];
  });
}

function validateDeadline(
  now: number | undefined,
  before: number | undefined,
): { readonly errors: FieldError[]; readonly stop: boolean } {
  const path = 'spec.activeDeadlineSeconds';
  if (now === undefined) {
    const wrong =
      before === undefined
        ? []
        : [invalid(path, null, 'must not update from a positive integer to nil value')];
    return { errors: wrong, stop: false };
  }
  const outside = invalidEach(path, now, inRange(now, 0, MAX_INT32));
  if (outside.length > 0) return { errors: outside, stop: true };
  if (before === undefined || before >= now) return { errors: [], stop: false };
  return { errors: [invalid(path, now, 'must be less than or equal to previous value')], stop: true };
}

function validateOnlyAddedTolerations(
  now: readonly Toleration[],
  before: readonly Toleration[],
): FieldError[] {
  const path = 'spec.tolerations';
  const same = ({ tolerationSeconds: _, ...rest }: Toleration) => rest;
  const kept = before.every((old) => now.some((toleration) => deepEqual(same(toleration), same(old))));
  if (!kept) return [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')];
  return validateTolerations(now, path);
}

function validateOnlyDeletedGates(
  { schedulingGates: now = [] }: PodSpec,
  { schedulingGates: before = [] }: PodSpec,
): FieldError[] {
  return now.flatMap(({ name }, place) => {
    if (before.some((gate) => gate.name === name)) return [];
    return [
      forbidden(
        `spec.schedulingGates[${place}].name`,
        `only deletion is allowed, but found new scheduling gate '${name}'`,
      ),
    ];
  });
}

function validateNodeSelectorMutation(
  now: PodSpec['nodeSelector'],
  before: PodSpec['nodeSelector'],
): FieldError[] {
  const kept = Object.entries(before ?? {}).every(([name, value]) => now?.[name] === value);
  if (kept) return [];
  return [
    invalid(
      'spec.nodeSelector',
      sortedMap(now),
      'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ),
  ];
}

function validateNodeAffinityMutation(now: Affinity | undefined, before: Affinity | undefined): FieldError[] {
  const termsOf = (affinity: Affinity | undefined) =>
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const [terms = [], old] = [termsOf(now), termsOf(before)];
  if (!old?.length) return [];
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (terms.length !== old.length)
    return [invalid(path, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  return old.flatMap((term, place) => {
    if (hasOnlyAdditions(terms[place]!, term)) return [];
    return [
      invalid(`${path}[${place}]`, terms[place], 'only additions are allowed (no mutations or deletions)'),
    ];
  });
}

function hasOnlyAdditions(now: NodeSelectorTerm, before: NodeSelectorTerm): boolean {
  const empty = ({ matchExpressions, matchFields }: NodeSelectorTerm) =>
    !matchExpressions?.length && !matchFields?.length;
  if (empty(before)) return empty(now);
  return (['matchExpressions', 'matchFields'] as const).every((field) => {
    const old = before[field] ?? [];
    return deepEqual((now[field] ?? []).slice(0, old.length), old);
  });
}

function validateAnnotationUpdates(
  { metadata: { annotations: now = {} } }: Pod,
  { metadata: { annotations: before = {} } }: Pod,
): FieldError[] {
  const path = `metadata.annotations[${MIRROR}]`;
  if (now[MIRROR] === before[MIRROR]) return [];
  return [
    forbidden(
      path,
      `may not ${before[MIRROR] === undefined ? 'add' : 'remove or update'} mirror pod annotation`,
    ),
  ];
}

function withOldImages(containers: readonly Container[], old: readonly Container[]): Container[] {
  return containers.map((container, place) => {
    const { image } = old[place] ?? {};
    return image === undefined ? container : { ...container, image };
  });
}

function putBack<F extends keyof PodSpec>(spec: PodSpec, old: PodSpec, fields: readonly F[]): PodSpec {
  const result: Record<string, unknown> = { ...spec };
  for (const field of fields) {
    if (old[field] === undefined) delete result[field];
    else result[field] = old[field];
  }
  return result as unknown as PodSpec;
}

function putBackNodeAffinity(spec: PodSpec, old: PodSpec): PodSpec {
  const { nodeAffinity: _, ...rest } = spec.affinity ?? {};
  const before = old.affinity?.nodeAffinity;
  const affinity: Affinity = before ? { ...rest, nodeAffinity: before } : rest;
  if (Object.keys(affinity).length === 0 && old.affinity === undefined)
    return putBack(spec, old, ['affinity']);
  return { ...spec, affinity };
}
