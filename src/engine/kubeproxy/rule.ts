import type { ObjectReference } from '../api/index.ts';

/** What a rule is for: kube-proxy's own notions, which the chain that it stands in and its comment only hint at. */
export type RulePurpose =
  /** Recognises what is meant for the Service, by the address of that kind. */
  | 'cluster-ip'
  | 'external-ip'
  | 'load-balancer'
  | 'node-port'
  /** Lets the source through to a balancer's address that admits only some. */
  | 'allowed-source'
  /** Ends the way of what no endpoint may take, or whose source is not allowed. */
  | 'no-endpoints'
  | 'no-local-endpoints'
  | 'forbidden-source'
  /** Marks for MASQUERADE: a client that is no pod, or that comes from outside; a pod that reached itself. */
  | 'masquerade'
  | 'hairpin'
  /** The client is in the cluster: external policy Local does not apply to it. */
  | 'short-circuit'
  /** Goes on to the endpoints that the policy allows. */
  | 'policy'
  /** Picks an endpoint, by chance or because the client is remembered, and goes there. */
  | 'endpoint'
  | 'remembered-endpoint'
  | 'dnat'
  | 'health-check';

/** The object, and its field, that a rule was written for. */
export interface RuleOwner {
  readonly object: ObjectReference;
  /** `spec.ports[0].nodePort`; absent: the object as a whole. */
  readonly field?: string;
  /** Of a rule's first owner. */
  readonly purpose?: RulePurpose;
  /** `100.96.1.2:8080`: the one that an `endpoint` rule leads to. */
  readonly endpoint?: string;
}

/** One line, `-A …` or `add rule …`, and whom it serves: the field that matters most first. */
export interface Rule {
  readonly text: string;
  readonly owners: readonly RuleOwner[];
}
