import type { Event, ObjectReference } from '../api/index.ts';
import { type Clock, formatTimestamp } from '../apimachinery/index.ts';
import type { ApiClient } from '../apiserver/index.ts';

export interface EventTarget extends ObjectReference {
  readonly uid?: string;
  /** `spec.containers{web}` */
  readonly fieldPath?: string;
}

export interface EventRecorder {
  event(target: EventTarget, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/**
 * Writes Events as client-go's recorder does (tools/record): the same words about the same object again only raise the
 * count and the last time of the first one.
 */
export function createEventRecorder(options: {
  readonly api: ApiClient;
  readonly clock: Clock;
  readonly epochMs: number;
  readonly nodeName: string;
}): EventRecorder {
  const { api, clock, epochMs, nodeName } = options;
  const written = new Map<string, string>();
  return {
    event(target, type, reason, message) {
      const namespace = target.namespace ?? 'default';
      const now = formatTimestamp(epochMs + clock.now());
      const key = [
        namespace,
        target.kind,
        target.name,
        target.uid,
        target.fieldPath,
        type,
        reason,
        message,
      ].join('\0');
      const known = written.get(key);
      const stored = known === undefined ? undefined : api.get('events', namespace, known);
      if (stored?.ok) {
        api.update('events', { ...stored.object, count: (stored.object.count ?? 1) + 1, lastTimestamp: now });
        return;
      }
      const name = `${target.name}.${eventSuffix(epochMs + clock.now(), written.size)}`;
      written.set(key, name);
      const event: Omit<Event, 'apiVersion' | 'kind'> = {
        metadata: { name, namespace },
        involvedObject: target,
        type,
        reason,
        message,
        source: { component: 'kubelet', host: nodeName },
        reportingComponent: 'kubelet',
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
      };
      api.create('events', event);
    },
  };
}

/** client-go names an event by the nanosecond it was made in, in hexadecimal. */
function eventSuffix(epochMs: number, sequence: number): string {
  return (BigInt(epochMs) * 1_000_000n + BigInt(sequence)).toString(16);
}
