/** Rules of a Job (pkg/apis/batch/validation/validation.go, v1.36). */
import type { Job, PodTemplateSpec } from '../../api/index.ts';
import {
  deepEqual,
  dns1123Label,
  type FieldError,
  invalid,
  invalidEach,
  isSelector,
  labelSelectorMatches,
  notSupported,
  qualifiedName,
  required,
  sortedMap,
} from '../../apimachinery/index.ts';
import { internalFailurePolicy, internalSuccessPolicy } from './internal-job-policies.ts';
import { internalPodTemplate } from './internal-pod-spec.ts';
import { validateIndexing, validatePodFailurePolicy, validatePodReplacementPolicy } from './job-policies.ts';
import { validateSuccessPolicy } from './job-success-policy.ts';
import { shownSelector, validateImmutable, validateLabelSelector } from './object-meta.ts';
import { validatePodTemplate } from './pod.ts';
import { notNegative } from './workloads.ts';

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

export function validateJob(job: Job): FieldError[] {
  const { spec, metadata } = job;
  const errors = [...validateGeneratedSelector(job), ...validateJobSpec(job)];
  if (spec.completionMode !== 'Indexed' || !spec.completions || spec.completions <= 0) return errors;
  const last = `${metadata.name}-${spec.completions - 1}`;
  if (dns1123Label(last).length === 0) return errors;
  return [
    ...errors,
    invalid('metadata.name', metadata.name, `will not able to create pod with invalid DNS label: ${last}`),
  ];
}

export function validateJobUpdate(job: Job, old: Job): FieldError[] {
  const { spec } = job;
  const before = old.spec;
  const elastic =
    spec.completionMode === 'Indexed' &&
    spec.completions === spec.parallelism &&
    before.completions === before.parallelism;
  return [
    ...validateJobSpec(job),
    ...(elastic ? [] : validateImmutable(spec.completions, before.completions, 'spec.completions')),
    ...validateImmutable(spec.selector, before.selector, 'spec.selector', shownSelector(spec.selector)),
    ...validateTemplateUpdate(job, old),
    ...validateImmutable(spec.completionMode, before.completionMode, 'spec.completionMode'),
    ...validateImmutable(
      spec.podFailurePolicy,
      before.podFailurePolicy,
      'spec.podFailurePolicy',
      internalFailurePolicy(spec.podFailurePolicy),
    ),
    ...validateImmutable(spec.backoffLimitPerIndex, before.backoffLimitPerIndex, 'spec.backoffLimitPerIndex'),
    ...validateImmutable(spec.managedBy, before.managedBy, 'spec.managedBy'),
    ...validateImmutable(
      spec.successPolicy,
      before.successPolicy,
      'spec.successPolicy',
      internalSuccessPolicy(spec.successPolicy),
    ),
  ];
}

function validateJobSpec(job: Job): FieldError[] {
  const { spec } = job;
  const { template, selector } = spec;
  const errors = COUNTS.flatMap((field) => notNegative(spec[field], `spec.${field}`));
  if (spec.managedBy !== undefined)
    errors.push(...invalidEach('spec.managedBy', spec.managedBy, domainPrefixed(spec.managedBy)));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required('spec.backoffLimitPerIndex', 'when maxFailedIndexes is specified'));
  }
  errors.push(
    ...validateIndexing(job),
    ...validatePodFailurePolicy(job),
    ...validateSuccessPolicy(job),
    ...validatePodReplacementPolicy(job),
  );
  errors.push(...validatePodTemplate(template, 'spec.template'), ...validateRestartPolicy(spec));
  if (!selector) errors.push(required('spec.selector'));
  else errors.push(...validateLabelSelector(selector, 'spec.selector'));
  if (isSelector(selector) && !labelSelectorMatches(selector, template?.metadata?.labels)) {
    errors.push(
      invalid(
        'spec.template.metadata.labels',
        sortedMap(template?.metadata?.labels),
        '`selector` does not match template `labels`',
      ),
    );
  }
  return errors;
}

/** A pod's default, Always, never ends; so a Job has to say something else. */
function validateRestartPolicy({ template, podFailurePolicy }: Job['spec']): FieldError[] {
  const path = 'spec.template.spec.restartPolicy';
  const policy = template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never')
    return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (!podFailurePolicy || policy === 'Never') return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

function validateGeneratedSelector({ spec, metadata }: Job): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const expected = {
    'batch.kubernetes.io/controller-uid': metadata.uid ?? '',
    'controller-uid': metadata.uid ?? '',
    'batch.kubernetes.io/job-name': metadata.name,
    'job-name': metadata.name,
  };
  if (labelSelectorMatches(spec.selector, expected)) return [];
  return [invalid('spec.selector', shownSelector(spec.selector), '`selector` not auto-generated')];
}

/** A Job that is suspended and has not started may still change where its pods go. */
function validateTemplateUpdate({ spec }: Job, old: Job): FieldError[] {
  const mutable = old.spec.suspend === true && old.status?.startTime === undefined;
  const fixed = (template: PodTemplateSpec): unknown => {
    if (!mutable || !template?.spec) return template;
    const { nodeSelector: _, affinity: __, tolerations: ___, schedulingGates: ____, ...rest } = template.spec;
    const { labels: _____, annotations: ______, ...metadata } = template.metadata ?? {};
    return { metadata, spec: rest };
  };
  if (deepEqual(fixed(spec.template), fixed(old.spec.template))) return [];
  return [invalid('spec.template', internalPodTemplate(spec.template), 'field is immutable')];
}

function domainPrefixed(value: string): string[] {
  return value.includes('/')
    ? qualifiedName(value)
    : ['must be a domain-prefixed path (such as "acme.io/foo")'];
}
