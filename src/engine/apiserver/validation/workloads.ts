/** Rules of apps/v1 (pkg/apis/apps/validation/validation.go and the strategies, v1.36). */
import type {
  DaemonSet,
  Deployment,
  IntOrString,
  LabelSelector,
  PodTemplateSpec,
  ReplicaSet,
} from '../../api/index.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  isSelector,
  labelSelectorMatches,
  notSupported,
  percent,
  required,
  sortedMap,
} from '../../apimachinery/index.ts';
import { shownSelector, validateImmutable, validateLabelSelector } from './object-meta.ts';
import { validatePodTemplate } from './pod.ts';

const MISMATCH = '`selector` does not match template `labels`';

export function validateDeployment({ spec }: Deployment): FieldError[] {
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...validateSelector(spec.selector, 'deployment'),
    ...validateReplicaSetTemplate(spec.template, spec.selector),
    ...validateDeploymentStrategy(spec.strategy ?? {}),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ...validateProgressDeadline(spec),
  ];
}

export function validateDeploymentUpdate(deployment: Deployment, old: Deployment): FieldError[] {
  return [
    ...validateDeployment(deployment),
    ...validateImmutable(
      deployment.spec.selector,
      old.spec.selector,
      'spec.selector',
      shownSelector(deployment.spec.selector),
    ),
  ];
}

export function validateReplicaSet({ spec }: ReplicaSet): FieldError[] {
  return [
    ...notNegative(spec.replicas, 'spec.replicas'),
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateSelector(spec.selector, 'deployment'),
    ...validateReplicaSetTemplate(spec.template, spec.selector),
  ];
}

export function validateReplicaSetUpdate(replicaSet: ReplicaSet, old: ReplicaSet): FieldError[] {
  return [
    ...validateReplicaSet(replicaSet),
    ...validateImmutable(
      replicaSet.spec.selector,
      old.spec.selector,
      'spec.selector',
      shownSelector(replicaSet.spec.selector),
    ),
  ];
}

export function validateDaemonSet({ spec }: DaemonSet): FieldError[] {
  const { selector, template } = spec;
  const errors = validateLabelSelector(selector, 'spec.selector');
  if (isSelector(selector) && !labelSelectorMatches(selector, template?.metadata?.labels))
    errors.push(mismatch(template));
  if (selector && isEmpty(selector))
    errors.push(invalid('spec.selector', shownSelector(selector), 'empty selector is invalid for daemonset'));
  errors.push(...validatePodTemplate(template, 'spec.template'), ...validateAlwaysRestarts(template));
  if (template?.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(
        'spec.template.spec.activeDeadlineSeconds',
        'activeDeadlineSeconds in DaemonSet is not Supported',
      ),
    );
  }
  return [
    ...errors,
    ...notNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateDaemonSetStrategy(spec.updateStrategy ?? {}),
    ...notNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ];
}

export function validateDaemonSetUpdate(daemonSet: DaemonSet, old: DaemonSet): FieldError[] {
  return [
    ...validateImmutable(
      daemonSet.spec.selector,
      old.spec.selector,
      'spec.selector',
      shownSelector(daemonSet.spec.selector),
    ),
    ...validateDaemonSet(daemonSet),
  ];
}

/** `5` or `25%`, not negative. */
export function validateIntOrPercent(value: IntOrString | undefined, path: string): FieldError[] {
  if (typeof value === 'string') return invalidEach(path, value, percent(value));
  return notNegative(value, path);
}

export function notNegative(value: number | undefined, path: string): FieldError[] {
  return value === undefined || value >= 0
    ? []
    : [invalid(path, value, 'must be greater than or equal to 0')];
}

function validateSelector(selector: LabelSelector | undefined, kind: string): FieldError[] {
  if (!selector) return [required('spec.selector')];
  const errors = validateLabelSelector(selector, 'spec.selector');
  return isEmpty(selector)
    ? [...errors, invalid('spec.selector', shownSelector(selector), `empty selector is invalid for ${kind}`)]
    : errors;
}

function validateReplicaSetTemplate(
  template: PodTemplateSpec | undefined,
  selector: LabelSelector | undefined,
): FieldError[] {
  if (!isSelector(selector))
    return [invalid('spec.selector', shownSelector(selector), 'invalid label selector')];
  if (!template) return [required('spec.template')];
  const errors: FieldError[] = [];
  const everything = selector !== undefined && isEmpty(selector);
  if (!everything && !labelSelectorMatches(selector, template.metadata?.labels))
    errors.push(mismatch(template));
  errors.push(...validatePodTemplate(template, 'spec.template'), ...validateAlwaysRestarts(template));
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(
        'spec.template.spec.activeDeadlineSeconds',
        'activeDeadlineSeconds in ReplicaSet is not Supported',
      ),
    );
  }
  return errors;
}

export function validateAlwaysRestarts(template: PodTemplateSpec | undefined): FieldError[] {
  const policy = template?.spec?.restartPolicy ?? '';
  return policy === 'Always' ? [] : [notSupported('spec.template.spec.restartPolicy', policy, ['Always'])];
}

function validateDeploymentStrategy(strategy: NonNullable<Deployment['spec']['strategy']>): FieldError[] {
  const path = 'spec.strategy';
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate') {
    if (!rollingUpdate) return [];
    return [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate') {
    const shown = rollingUpdate && {
      MaxUnavailable: rollingUpdate.maxUnavailable ?? 0,
      MaxSurge: rollingUpdate.maxSurge ?? 0,
    };
    return [
      notSupported(path, { Type: type ?? '', RollingUpdate: shown ?? null }, ['Recreate', 'RollingUpdate']),
    ];
  }
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const at = `${path}.rollingUpdate`;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${at}.maxSurge`),
  ];
  if (amount(maxUnavailable) === 0 && amount(maxSurge) === 0) {
    errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...notMoreThanAll(maxUnavailable, `${at}.maxUnavailable`)];
}

function validateDaemonSetStrategy(strategy: NonNullable<DaemonSet['spec']['updateStrategy']>): FieldError[] {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') {
    const shown = rollingUpdate && {
      MaxUnavailable: rollingUpdate.maxUnavailable ?? 0,
      MaxSurge: rollingUpdate.maxSurge ?? 0,
    };
    return [
      notSupported(path, { Type: type ?? '', RollingUpdate: shown ?? null }, ['RollingUpdate', 'OnDelete']),
    ];
  }
  if (!rollingUpdate) return [required(`${path}.rollingUpdate`)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const at = `${path}.rollingUpdate`;
  const errors = [
    ...validateIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...validateIntOrPercent(maxSurge, `${at}.maxSurge`),
    ...notMoreThanAll(maxUnavailable, `${at}.maxUnavailable`),
    ...notMoreThanAll(maxSurge, `${at}.maxSurge`),
  ];
  const [unavailable, surge] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0];
  if (unavailable && surge)
    errors.push(invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!unavailable && !surge) errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function validateProgressDeadline({
  progressDeadlineSeconds,
  minReadySeconds = 0,
}: Deployment['spec']): FieldError[] {
  if (progressDeadlineSeconds === undefined) return [];
  const path = 'spec.progressDeadlineSeconds';
  const errors = notNegative(progressDeadlineSeconds, path);
  if (progressDeadlineSeconds <= minReadySeconds)
    errors.push(invalid(path, progressDeadlineSeconds, 'must be greater than minReadySeconds'));
  return errors;
}

export function mismatch(template: PodTemplateSpec | undefined): FieldError {
  return invalid('spec.template.metadata.labels', sortedMap(template?.metadata?.labels), MISMATCH);
}

export function isEmpty({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels ?? {}).length + (matchExpressions?.length ?? 0) === 0;
}

export function amount(value: IntOrString | undefined): number {
  return typeof value === 'string' ? Number(/^(\d+)%$/.exec(value)?.[1] ?? 0) : (value ?? 0);
}

export function notMoreThanAll(value: IntOrString | undefined, path: string): FieldError[] {
  return typeof value === 'string' && amount(value) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];
}
