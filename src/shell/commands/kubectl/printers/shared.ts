import {
  formatLabelSelector,
  humanDuration,
  type KubernetesObject,
  type LabelSelector,
  type Labels,
  type PodTemplateSpec,
} from '../../../../engine/index.ts';
import type { Column, PrinterContext } from './column.ts';

/** How long ago, as kubectl's AGE says it. */
export function age(timestamp: string | null | undefined, now: number): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}

export const AGE: Column<KubernetesObject> = {
  name: 'AGE',
  cell: (object, { now }: PrinterContext) => age(object.metadata.creationTimestamp, now),
};

export function labelsText(labels: Labels | undefined): string {
  const entries = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '<none>' : entries.map(([key, value]) => `${key}=${value}`).join(',');
}

export function selectorText(selector: LabelSelector | undefined): string {
  const text = selector ? formatLabelSelector(selector) : '';
  return text === '' ? '<none>' : text;
}

export function containerNames(template: PodTemplateSpec | undefined): string {
  return (template?.spec.containers ?? []).map(({ name }) => name).join(',');
}

export function containerImages(template: PodTemplateSpec | undefined): string {
  return (template?.spec.containers ?? []).map(({ image }) => image ?? '').join(',');
}

/** At most three, then how many more (`formatEndpoints`, `formatEndpointSlicePorts`). */
export function firstThree(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  return items.length <= 3 ? items.join(',') : `${items.slice(0, 3).join(',')} + ${items.length - 3} more...`;
}
