/** A Job's policies as the API server holds them inside (pkg/apis/batch/types.go), as messages print them. */
import type { Job } from '../../api/index.ts';

export function internalFailurePolicy(policy: Job['spec']['podFailurePolicy']): unknown {
  if (!policy) return null;
  return {
    Rules: (policy.rules ?? []).map(({ action, onExitCodes, onPodConditions }) => ({
      Action: action,
      OnExitCodes: onExitCodes
        ? {
            ContainerName: onExitCodes.containerName ?? null,
            Operator: onExitCodes.operator,
            Values: onExitCodes.values,
          }
        : null,
      OnPodConditions:
        onPodConditions?.map(({ type, status }) => ({ Type: type, Status: status ?? '' })) ?? null,
    })),
  };
}

export function internalSuccessPolicy(policy: Job['spec']['successPolicy']): unknown {
  if (!policy) return null;
  return {
    Rules: (policy.rules ?? []).map(({ succeededIndexes, succeededCount }) => ({
      SucceededIndexes: succeededIndexes ?? null,
      SucceededCount: succeededCount ?? null,
    })),
  };
}
