/** When an Indexed Job has succeeded before all its indexes have (pkg/apis/batch/validation/validation.go, v1.36). */
import type { Job } from '../../api/index.ts';
import { type FieldError, goQuote, invalid, required, tooLong, tooMany } from '../../apimachinery/index.ts';
import { internalSuccessPolicy } from './internal-job-policies.ts';
import { notNegative } from './workloads.ts';

const MAX_RULES = 20;
const MAX_INDEXES_LENGTH = 64 * 1024;
const PATH = 'spec.successPolicy';

type Rule = NonNullable<NonNullable<Job['spec']['successPolicy']>['rules']>[number];

export function validateSuccessPolicy({ spec }: Job): FieldError[] {
  const { successPolicy, completionMode, completions = 0 } = spec;
  if (!successPolicy) return [];
  const { rules = [] } = successPolicy;
  if (completionMode !== 'Indexed')
    return [invalid(PATH, internalSuccessPolicy(successPolicy), 'requires indexed completion mode')];
  const errors: FieldError[] = [];
  if (rules.length === 0)
    errors.push(
      required(`${PATH}.rules`, 'at least one rules must be specified when the successPolicy is specified'),
    );
  if (rules.length > MAX_RULES) errors.push(tooMany(`${PATH}.rules`, rules.length, MAX_RULES));
  for (const [place, rule] of rules.entries())
    errors.push(...validateRule(rule, completions, `${PATH}.rules[${place}]`));
  return errors;
}

function validateRule(
  { succeededCount, succeededIndexes }: Rule,
  completions: number,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (succeededCount === undefined && succeededIndexes === undefined)
    errors.push(required(path, 'at least one of succeededCount or succeededIndexes must be specified'));
  let total = 0;
  if (succeededIndexes !== undefined) {
    const at = `${path}.succeededIndexes`;
    if (succeededIndexes.length > MAX_INDEXES_LENGTH) errors.push(tooLong(at, MAX_INDEXES_LENGTH));
    const counted = countIndexes(succeededIndexes, completions);
    if (typeof counted === 'number') total = counted;
    else errors.push(invalid(at, succeededIndexes, `error parsing succeededIndexes: ${counted.wrong}`));
  }
  if (succeededCount === undefined) return errors;
  const at = `${path}.succeededCount`;
  const notMore = (limit: number, what: string) => {
    if (succeededCount > limit)
      errors.push(invalid(at, succeededCount, `must be less than or equal to ${limit} (${what})`));
  };
  errors.push(...notNegative(succeededCount, at));
  notMore(completions, 'the number of specified completions');
  if (succeededIndexes !== undefined)
    notMore(total, 'the number of indexes in the specified succeededIndexes field');
  return errors;
}

/** How many indexes `0-2,5` names. */
function countIndexes(text: string, completions: number): number | { readonly wrong: string } {
  if (text === '') return 0;
  let last: number | undefined;
  let total = 0;
  for (const interval of text.split(',')) {
    const limits = interval.split('-');
    if (limits.length > 2)
      return {
        wrong: `the fragment ${goQuote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`,
      };
    const numbers: number[] = [];
    for (const limit of limits) {
      if (!/^[+-]?\d+$/.test(limit))
        return { wrong: `cannot convert string to integer for index: ${goQuote(limit)}` };
      if (Number(limit) >= completions) return { wrong: `too large index: ${goQuote(limit)}` };
      numbers.push(Number(limit));
    }
    const [first = 0, end = first] = numbers;
    if (numbers.length === 2 && first >= end) return { wrong: disorder(first, end) };
    if (last !== undefined && last >= first) return { wrong: disorder(last, first) };
    total += end - first + 1;
    last = end;
  }
  return total;
}

function disorder(previous: number, current: number): string {
  return `non-increasing order, previous: ${previous}, current: ${current}`;
}
