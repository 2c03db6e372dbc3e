/** Rules of a Job's indexes and failure policies (pkg/apis/batch/validation/validation.go, v1.36). */
import type { Job, PodFailurePolicyRule } from '../../api/index.ts';
import {
  duplicate,
  type FieldError,
  invalid,
  invalidEach,
  notSupported,
  qualifiedName,
  required,
  tooMany,
} from '../../apimachinery/index.ts';

const MAX_RULES = 20;
const MAX_VALUES = 255;
const MAX_PATTERNS = 20;
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];
const MAX_PARALLELISM = 100_000;
const MAX_FAILED_INDEXES = 100_000;
const MANY_COMPLETIONS = 100_000;
const LIMIT_WITH_MANY = 10_000;

/** completionMode and what only goes with Indexed. */
export function validateIndexing({ spec }: Job): FieldError[] {
  const {
    completionMode = 'NonIndexed',
    completions,
    parallelism,
    maxFailedIndexes,
    backoffLimitPerIndex,
  } = spec;
  const errors: FieldError[] = [];
  if (completionMode !== 'Indexed' && completionMode !== 'NonIndexed') {
    errors.push(notSupported('spec.completionMode', completionMode, ['NonIndexed', 'Indexed']));
  }
  if (completionMode === 'Indexed') {
    if (completions === undefined)
      errors.push(required('spec.completions', 'when completion mode is Indexed'));
    if (parallelism !== undefined && parallelism > MAX_PARALLELISM) {
      errors.push(
        invalid(
          'spec.parallelism',
          parallelism,
          `must be less than or equal to ${MAX_PARALLELISM} when completion mode is Indexed`,
        ),
      );
    }
    if (maxFailedIndexes !== undefined && completions !== undefined && maxFailedIndexes > completions) {
      errors.push(
        invalid('spec.maxFailedIndexes', maxFailedIndexes, 'must be less than or equal to completions'),
      );
    }
    if (maxFailedIndexes !== undefined && maxFailedIndexes > MAX_FAILED_INDEXES) {
      errors.push(
        invalid(
          'spec.maxFailedIndexes',
          maxFailedIndexes,
          `must be less than or equal to ${MAX_FAILED_INDEXES}`,
        ),
      );
    }
    errors.push(...validateManyCompletions(spec));
  } else if (completionMode === 'NonIndexed') {
    const detail = 'requires indexed completion mode';
    if (backoffLimitPerIndex !== undefined)
      errors.push(invalid('spec.backoffLimitPerIndex', backoffLimitPerIndex, detail));
    if (maxFailedIndexes !== undefined)
      errors.push(invalid('spec.maxFailedIndexes', maxFailedIndexes, detail));
  }
  return errors;
}

export function validatePodFailurePolicy({ spec }: Job): FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const errors =
    rules.length > MAX_RULES ? [tooMany('spec.podFailurePolicy.rules', rules.length, MAX_RULES)] : [];
  for (const [place, rule] of rules.entries())
    errors.push(...validateRule(rule, spec, `spec.podFailurePolicy.rules[${place}]`));
  return errors;
}

export function validatePodReplacementPolicy({ spec }: Job): FieldError[] {
  const { podFailurePolicy, podReplacementPolicy: replacement } = spec;
  const supported = podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  if (replacement === undefined || supported.includes(replacement)) return [];
  return [notSupported('spec.podReplacementPolicy', replacement, supported)];
}

/** A backoff limit for each of very many indexes is only for few failures. */
function validateManyCompletions({
  completions = 0,
  backoffLimitPerIndex,
  maxFailedIndexes,
  parallelism,
}: Job['spec']): FieldError[] {
  if (completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return [];
  if (maxFailedIndexes === undefined)
    return [
      required('spec.maxFailedIndexes', `must be specified when completions is above ${MANY_COMPLETIONS}`),
      ...tooHigh('spec.parallelism', parallelism),
    ];
  return [...tooHigh('spec.parallelism', parallelism), ...tooHigh('spec.maxFailedIndexes', maxFailedIndexes)];
}

function tooHigh(path: string, value: number | undefined): FieldError[] {
  if (value === undefined || value <= LIMIT_WITH_MANY) return [];
  const detail = `must be less than or equal to ${LIMIT_WITH_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  return [invalid(path, value, detail)];
}

function validateRule(rule: PodFailurePolicyRule, spec: Job['spec'], path: string): FieldError[] {
  const { action = '', onExitCodes, onPodConditions = [] } = rule;
  const errors: FieldError[] = [];
  if (action === '') errors.push(required(`${path}.action`, validValues(ACTIONS)));
  else if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set'));
  } else if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}.action`, action, ACTIONS));
  if (onExitCodes) errors.push(...validateExitCodes(onExitCodes, spec, `${path}.onExitCodes`));
  if (onPodConditions.length > MAX_PATTERNS)
    errors.push(tooMany(`${path}.onPodConditions`, onPodConditions.length, MAX_PATTERNS));
  for (const [place, { type = '', status = '' }] of onPodConditions.entries()) {
    const at = `${path}.onPodConditions[${place}]`;
    errors.push(...invalidEach(`${at}.type`, type, qualifiedName(type)));
    if (status === '') errors.push(required(`${at}.status`, validValues(STATUSES)));
    else if (!STATUSES.includes(status)) errors.push(notSupported(`${at}.status`, status, STATUSES));
  }
  const both = Boolean(onExitCodes) && onPodConditions.length > 0;
  const none = !onExitCodes && onPodConditions.length === 0;
  if (both)
    errors.push(withoutValue(path, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (none) errors.push(withoutValue(path, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

function validateExitCodes(
  codes: NonNullable<PodFailurePolicyRule['onExitCodes']>,
  spec: Job['spec'],
  path: string,
): FieldError[] {
  const { operator = '', containerName, values = [] } = codes;
  const errors: FieldError[] = [];
  if (operator === '') errors.push(required(`${path}.operator`, validValues(OPERATORS)));
  else if (!OPERATORS.includes(operator)) errors.push(notSupported(`${path}.operator`, operator, OPERATORS));
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  if (
    containerName !== undefined &&
    ![...containers, ...initContainers].some(({ name }) => name === containerName)
  ) {
    const detail = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalid(`${path}.containerName`, containerName, detail));
  }
  if (values.length === 0)
    errors.push(invalid(`${path}.values`, codes.values ?? null, 'at least one value is required'));
  else if (values.length > MAX_VALUES) errors.push(tooMany(`${path}.values`, values.length, MAX_VALUES));
  for (const [place, value] of values.entries()) {
    const at = `${path}.values[${place}]`;
    if (operator === 'In' && value === 0)
      errors.push(invalid(at, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < place) errors.push(duplicate(at, value));
  }
  if (values.some((value, place) => place > 0 && values[place - 1]! > value))
    errors.push(invalid(`${path}.values`, values, 'must be ordered'));
  return errors;
}

function validValues(values: readonly string[]): string {
  return `valid values: [${values.map((value) => `"${value}"`).join(' ')}]`;
}

function withoutValue(field: string, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` };
}
