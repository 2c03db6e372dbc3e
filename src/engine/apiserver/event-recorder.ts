import type { KubernetesObject } from '../api/index.ts';
import { type Clock, DEFAULT_EPOCH_MS, formatTimestamp } from '../apimachinery/index.ts';
import type { ApiClient } from './client.ts';

export interface EventRecorderOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** As the API server's. */
  readonly epochMs?: number;
  /** `deployment-controller`, `kubelet` … */
  readonly component: string;
  /** The node that the component runs on, for kubelets. */
  readonly host?: string;
}

/** Writes a core/v1 Event about an object. `fieldPath`: the part that it is about, such as `spec.containers{web}`. */
export type EventRecorder = (
  involved: KubernetesObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  fieldPath?: string,
) => void;

/**
 * Models client-go's EventBroadcaster and EventCorrelator (tools/record): the same event again raises the count of the
 * first one. Events go into the object's namespace, or into default.
 */
export function createEventRecorder({
  client,
  clock,
  epochMs = DEFAULT_EPOCH_MS,
  component,
  host,
}: EventRecorderOptions): EventRecorder {
  const written = new Map<string, { readonly namespace: string; readonly name: string }>();
  return (involved, type, reason, message, fieldPath) => {
    const { metadata, kind, apiVersion } = involved;
    const namespace = metadata.namespace ?? 'default';
    const time = formatTimestamp(epochMs + clock.now());
    const key = [namespace, kind, metadata.name, metadata.uid, fieldPath, type, reason, message].join('\n');
    const first = written.get(key);
    const present = first && client.get('events', first.namespace, first.name);
    if (first && present?.ok) {
      const patch = { count: (present.object.count ?? 1) + 1, lastTimestamp: time };
      client.patch('events', first.namespace, first.name, 'merge', patch);
      return;
    }
    const stamp =
      (BigInt(epochMs) + BigInt(Math.floor(clock.now()))) * 1_000_000n + BigInt(written.size % 1_000_000);
    const name = `${metadata.name}.${stamp.toString(16)}`;
    const result = client.create('events', {
      metadata: { name, namespace },
      involvedObject: {
        kind,
        apiVersion,
        name: metadata.name,
        ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
        ...(metadata.uid ? { uid: metadata.uid } : {}),
        ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
        ...(fieldPath ? { fieldPath } : {}),
      },
      reason,
      message,
      type,
      source: { component, ...(host ? { host } : {}) },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      reportingComponent: component,
      ...(host ? { reportingInstance: host } : {}),
    });
    if (result.ok) written.set(key, { namespace, name });
  };
}
