/** Rules of Lease (pkg/apis/coordination/validation/validation.go, v1.36). */
import type { Lease } from '../../api/index.ts';
import { type FieldError, forbidden, invalid, notSupported } from '../../apimachinery/index.ts';

const STRATEGIES = ['OldestEmulationVersion'];

export function validateLease({ spec = {} }: Lease): FieldError[] {
  const { leaseDurationSeconds, leaseTransitions, strategy, preferredHolder } = spec;
  const errors: FieldError[] = [];
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0)
    errors.push(invalid('spec.leaseDurationSeconds', leaseDurationSeconds, 'must be greater than 0'));
  if (leaseTransitions !== undefined && leaseTransitions < 0)
    errors.push(invalid('spec.leaseTransitions', leaseTransitions, 'must be greater than or equal to 0'));
  if (strategy !== undefined && !STRATEGIES.includes(strategy) && !strategy.includes('/'))
    errors.push(notSupported('spec.strategy.strategy', strategy, STRATEGIES));
  if (preferredHolder && !strategy)
    errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  return errors;
}
