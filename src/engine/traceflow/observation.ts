import type { ObjectReference } from '../api/index.ts';
import type { Message } from '../message.ts';

/** What one step of a trace meant to Kubernetes, and the object (and its field) that it came from. */
export interface Observation {
  /** Places in the trace: `trace.hops[hop].steps[step]`. */
  readonly hop: number;
  readonly step: number;
  readonly message: Message;
  readonly object?: ObjectReference;
  /** `spec.ports[0].targetPort` */
  readonly field?: string;
}

/** A network namespace as a stop on the packet's way. */
export interface Station {
  readonly netns: string;
  readonly kind: 'pod' | 'node' | 'wire' | 'outside';
  /** The pod's or node's name; for the wire, its network: `10.0.0.0/24`. */
  readonly name: string;
  readonly address: string;
  readonly object?: ObjectReference;
}
