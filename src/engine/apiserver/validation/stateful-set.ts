/** Rules of a StatefulSet (pkg/apis/apps/validation/validation.go, v1.36). */
import type { LabelSelector, PodTemplateSpec, StatefulSet } from '../../api/index.ts';
import {
  deepEqual,
  dns1123Label,
  dns1123Subdomain,
  type FieldError,
  forbidden,
  formatQuantity,
  invalid,
  invalidEach,
  isPlainObject,
  isSelector,
  labelSelectorMatches,
  notSupported,
  quantityOf,
  required,
} from '../../apimachinery/index.ts';
import { shownSelector, validateAnnotations, validateLabelSelector, validateLabels } from './object-meta.ts';
import { validatePodAnnotations, validatePodTemplate } from './pod.ts';
import {
  amount,
  isEmpty,
  mismatch,
  notMoreThanAll,
  notNegative,
  validateAlwaysRestarts,
  validateIntOrPercent,
} from './workloads.ts';

const UPDATABLE =
  "'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds'";
const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** `old`: what never changes is not looked at again. */
export function validateStatefulSet({ spec }: StatefulSet, old?: StatefulSet): FieldError[] {
  const { selector, template, podManagementPolicy } = spec;
  const errors: FieldError[] = [];
  if (!podManagementPolicy) errors.push(required('spec.podManagementPolicy'));
  else if (podManagementPolicy !== 'OrderedReady' && podManagementPolicy !== 'Parallel') {
    errors.push(
      invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"),
    );
  }
  errors.push(
    ...validateStatefulSetStrategy(spec.updateStrategy ?? {}),
    ...validateRetentionPolicy(spec.persistentVolumeClaimRetentionPolicy ?? {}),
    ...(old ? [] : validateClaims(spec.volumeClaimTemplates ?? [])),
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...notNegative(spec.ordinals?.start, 'spec.ordinals.start'),
    ...(spec.serviceName && !old
      ? invalidEach('spec.serviceName', spec.serviceName, dns1123Label(spec.serviceName))
      : []),
  );
  if (!selector) errors.push(required('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    if (isEmpty(selector))
      errors.push(
        invalid('spec.selector', shownSelector(selector), 'empty selector is invalid for statefulset'),
      );
  }
  errors.push(...validateTemplate(spec), ...validateAlwaysRestarts(template));
  if (template?.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(
        'spec.template.spec.activeDeadlineSeconds',
        'activeDeadlineSeconds in StatefulSet is not Supported',
      ),
    );
  }
  return errors;
}

/** The controller sets hostname and subdomain itself; labels and annotations are looked at twice, as upstream does. */
function validateTemplate(spec: StatefulSet['spec']): FieldError[] {
  const { selector, template } = spec;
  if (!isSelector(selector)) return [invalid('spec.selector', shownSelector(selector))];
  const { labels, annotations } = template?.metadata ?? {};
  const everything = selector !== undefined && isEmpty(selector);
  return [
    ...(everything || labelSelectorMatches(selector, labels) ? [] : [mismatch(template)]),
    ...validatePodTemplate(withClaims(spec), 'spec.template'),
    ...validateLabels(labels, 'spec.template.labels'),
    ...validateAnnotations(annotations, 'spec.template.annotations'),
    ...validatePodAnnotations(annotations, template?.spec ?? {}, 'spec.template.annotations'),
  ];
}

export function validateStatefulSetUpdate(statefulSet: StatefulSet, old: StatefulSet): FieldError[] {
  const fixed = ({ spec }: StatefulSet) => {
    const {
      replicas: _,
      ordinals: __,
      template: ___,
      updateStrategy: ____,
      revisionHistoryLimit: _____,
      ...rest
    } = spec;
    const { persistentVolumeClaimRetentionPolicy: ______, minReadySeconds: _______, ...others } = rest;
    return others;
  };
  const errors = validateStatefulSet(statefulSet, old);
  if (deepEqual(fixed(statefulSet), fixed(old))) return errors;
  return [
    ...errors,
    forbidden('spec', `updates to statefulset spec for fields other than ${UPDATABLE} are forbidden`),
  ];
}

function validateStatefulSetStrategy(
  strategy: NonNullable<StatefulSet['spec']['updateStrategy']>,
): FieldError[] {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy;
  const shown = rollingUpdate && {
    Partition: rollingUpdate.partition ?? 0,
    MaxUnavailable: rollingUpdate.maxUnavailable ?? null,
  };
  if (!type) return [required(path)];
  if (type === 'OnDelete') {
    return rollingUpdate
      ? [invalid(`${path}.rollingUpdate`, shown, "only allowed for updateStrategy 'RollingUpdate'")]
      : [];
  }
  if (type !== 'RollingUpdate') {
    return [
      invalid(path, { Type: type, RollingUpdate: shown ?? null }, "must be 'RollingUpdate' or 'OnDelete'"),
    ];
  }
  if (!rollingUpdate) return [];
  const at = `${path}.rollingUpdate`;
  const errors = notNegative(rollingUpdate.partition, `${at}.partition`);
  const { maxUnavailable } = rollingUpdate;
  if (maxUnavailable === undefined) return errors;
  errors.push(...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`));
  if (amount(maxUnavailable) === 0)
    errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'cannot be 0'));
  return [...errors, ...notMoreThanAll(maxUnavailable, `${at}.maxUnavailable`)];
}

function validateRetentionPolicy(
  policy: NonNullable<StatefulSet['spec']['persistentVolumeClaimRetentionPolicy']>,
): FieldError[] {
  return (['whenDeleted', 'whenScaled'] as const).flatMap((field) => {
    const value = policy[field];
    if (value === undefined || value === 'Retain' || value === 'Delete') return [];
    return [notSupported(`spec.persistentVolumeClaimRetentionPolicy.${field}`, value, ['Retain', 'Delete'])];
  });
}

/** ValidatePersistentVolumeClaimSpec, for the claims that each pod gets. */
function validateClaims(claims: NonNullable<StatefulSet['spec']['volumeClaimTemplates']>): FieldError[] {
  return claims.flatMap(({ spec = {} }, place) => {
    const path = `spec.volumeClaimTemplates[${place}].spec`;
    const { accessModes, resources, selector, storageClassName, volumeMode } = spec;
    const modes: unknown[] = Array.isArray(accessModes) ? accessModes : [];
    const errors: FieldError[] = [];
    if (modes.length === 0)
      errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
    if (isPlainObject(selector))
      errors.push(...validateLabelSelector(selector as LabelSelector, `${path}.selector`));
    for (const mode of modes)
      if (!ACCESS_MODES.includes(String(mode)))
        errors.push(notSupported(`${path}.accessModes`, mode, ACCESS_MODES));
    if (
      modes.includes('ReadWriteOncePod') &&
      modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(String(mode)))
    ) {
      errors.push(forbidden(`${path}.accessModes`, 'may not use ReadWriteOncePod with other access modes'));
    }
    const requests = isPlainObject(resources) && isPlainObject(resources.requests) ? resources.requests : {};
    const storage = `${path}.resources[storage]`;
    if (typeof requests.storage !== 'string') errors.push(required(storage));
    else if (quantityOf(requests.storage).nanos <= 0n) {
      errors.push(
        invalid(storage, formatQuantity(quantityOf(requests.storage)), 'must be greater than zero'),
      );
    }
    if (typeof storageClassName === 'string' && storageClassName !== '') {
      errors.push(
        ...invalidEach(`${path}.storageClassName`, storageClassName, dns1123Subdomain(storageClassName)),
      );
    }
    if (typeof volumeMode === 'string' && volumeMode !== 'Block' && volumeMode !== 'Filesystem') {
      errors.push(notSupported(`${path}.volumeMode`, volumeMode, ['Block', 'Filesystem']));
    }
    return errors;
  });
}

/** A StatefulSet's claims are volumes of its pods; mounts may name them. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSet['spec']): PodTemplateSpec {
  if (!template?.spec) return template;
  const names = [...new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''))];
  const own = (template.spec.volumes ?? []).filter(({ name }) => !names.includes(name));
  const volumes = [...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })), ...own];
  const { hostname: _, subdomain: __, ...rest } = template.spec;
  return { ...template, spec: { ...rest, volumes } };
}
