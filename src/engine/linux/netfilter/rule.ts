import type { Prefix } from '../ipv4.ts';
import type { Match } from './match.ts';
import type { Target } from './target.ts';

interface Negatable {
  readonly inverted: boolean;
}

/** One rule, ready to be compared with packets. Never changes, so namespaces with the same rules share them. */
export interface Rule extends RuleHeader {
  readonly chain: string;
  /** The line as it was read: `-A KUBE-SERVICES -d …`. */
  readonly text: string;
  /** The line as iptables-save prints it. */
  readonly saved: string;
  readonly matches: readonly Match[];
  /** undefined: it only counts. */
  readonly target: Target | undefined;
}

/** What a rule says of the packet's own header and of its devices. */
export interface RuleHeader {
  readonly protocol: (Negatable & { readonly name: string }) | undefined;
  readonly source: (Negatable & { readonly prefix: Prefix }) | undefined;
  readonly destination: (Negatable & { readonly prefix: Prefix }) | undefined;
  readonly inDevice: (Negatable & { readonly pattern: string }) | undefined;
  readonly outDevice: (Negatable & { readonly pattern: string }) | undefined;
  /** `-f`: second and further fragments, of which there are none here. */
  readonly fragment: Negatable | undefined;
}
