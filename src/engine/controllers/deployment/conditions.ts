import type { Deployment } from '../../api/index.ts';
import { type ControllerContext, timestamp } from '../shared/context.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;
export type DeploymentCondition = NonNullable<DeploymentStatus['conditions']>[number];

export function conditionOf(
  conditions: readonly DeploymentCondition[] | undefined,
  type: string,
): DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function newCondition(
  context: ControllerContext,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): DeploymentCondition {
  const now = timestamp(context);
  return { type, status, reason, message, lastUpdateTime: now, lastTransitionTime: now };
}

/** Puts a condition in; one of the same status and reason stays as it was (SetDeploymentCondition). */
export function setCondition(
  conditions: readonly DeploymentCondition[],
  condition: DeploymentCondition,
): readonly DeploymentCondition[] {
  const before = conditionOf(conditions, condition.type);
  if (before?.status === condition.status && before.reason === condition.reason) return conditions;
  const transition =
    before?.status === condition.status ? before.lastTransitionTime : condition.lastTransitionTime;
  return [
    ...removeCondition(conditions, condition.type),
    { ...condition, ...(transition === undefined ? {} : { lastTransitionTime: transition }) },
  ];
}

export function removeCondition(
  conditions: readonly DeploymentCondition[],
  type: string,
): readonly DeploymentCondition[] {
  return conditions.filter((condition) => condition.type !== type);
}
