import type { Errno, StepKind } from '../engine/index.ts';

/** Names an object in a lab's goals. `apiVersion` is looked up by kind. */
export interface ObjectName {
  readonly kind: string;
  /** Default: `default`, for kinds that have namespaces. */
  readonly namespace?: string;
  readonly name: string;
}

/** Which exchanges count. Every part that is given must hold. */
export interface ExchangeFilter {
  /** `namespace/name` of the Service whose address (cluster, external, load balancer) was asked. */
  readonly service?: string;
  /** `100.96.2.3` or `100.96.2.3:8080`, as the client asked for it. */
  readonly destination?: string;
  /** Its client found the address by asking the DNS in the same command. */
  readonly byName?: boolean;
  /** Who asked. `pod` and `deployment` are in `namespace` (default `default`); `node` is a node's own shell. */
  readonly from?: {
    readonly namespace?: string;
    readonly deployment?: string;
    readonly pod?: string;
    readonly node?: string;
  };
  /** The program that asked: `curl`. */
  readonly process?: string;
  readonly protocol?: 'tcp' | 'udp' | 'icmp';
}

/**
 * What a goal asks of the session, as `lab.yaml` writes it. Each kind looks only at facts that the engine computed;
 * a goal once met stays met until the lab is started over.
 */
export type Check =
  /** The API server holds these objects. */
  | { readonly kind: 'exists'; readonly objects: readonly ObjectName[] }
  /** A request was answered; `status` is HTTP's. */
  | ({ readonly kind: 'answered'; readonly status?: number } & ExchangeFilter)
  /** A request failed: refused with this error, or nobody answered in time. */
  | ({ readonly kind: 'failed'; readonly errno?: Errno; readonly timeout?: boolean } & ExchangeFilter)
  /** The learner stood on such a step of a trip. */
  | ({
      readonly kind: 'visited';
      readonly step: StepKind;
      /** For `step: nat`: the address that was changed. */
      readonly nat?: 'DNAT' | 'SNAT';
      /** For `step: nat`: the change was taken back, on the way home. */
      readonly undone?: boolean;
      /** For `step: table`: what the rules decided there. */
      readonly verdict?: 'ACCEPT' | 'DROP' | 'REJECT';
      /** The hop's place: in a pod or on a node. */
      readonly at?: 'pod' | 'node';
    } & ExchangeFilter)
  /** As many different endpoints of the Service have answered; without `count`, all that are ready. */
  | { readonly kind: 'all-endpoints-answered'; readonly service: string; readonly count?: number }
  /** A command was typed that matches `line`, ended with `status` (default 0) and printed what matches `output`. */
  | { readonly kind: 'command'; readonly line: string; readonly status?: number; readonly output?: string }
  /** A field of an object has this value: `status.readyReplicas`, `spec.ports[0].targetPort`. */
  | {
      readonly kind: 'field';
      readonly object: ObjectName;
      readonly path: string;
      readonly equals?: string | number | boolean;
      /** A regular expression over the value as text. */
      readonly matches?: string;
      readonly atLeast?: number;
    }
  | { readonly kind: 'all' | 'any'; readonly checks: readonly Check[] };

export type CheckKind = Check['kind'];

export interface Goal {
  readonly id: string;
  readonly check: Check;
}
