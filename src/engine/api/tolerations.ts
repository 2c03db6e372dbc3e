import type { Taint } from './core.ts';
import type { Toleration } from './pod.ts';

/** Models Toleration.ToleratesTaint (k8s.io/api/core/v1/toleration.go, v1.36). */
export function tolerates(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return (tolerations ?? []).some(({ effect, key, operator, value }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    if (operator === 'Exists') return true;
    return (operator ?? 'Equal') === 'Equal' && (value ?? '') === (taint.value ?? '');
  });
}
