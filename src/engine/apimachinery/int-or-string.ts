import type { IntOrString } from '../api/index.ts';

/**
 * Models GetScaledValueFromIntOrPercent (k8s.io/apimachinery/pkg/util/intstr): a number as it is, `25%` of `total`
 * rounded up or down; undefined when the text is not a percentage.
 */
export function scaledValue(value: IntOrString, total: number, roundUp: boolean): number | undefined {
  if (typeof value === 'number') return value;
  const match = /^([+-]?\d+)%$/.exec(value);
  if (!match) return undefined;
  const exact = (Number(match[1]) * total) / 100;
  return roundUp ? Math.ceil(exact) : Math.floor(exact);
}
