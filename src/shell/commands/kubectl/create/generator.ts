import type { KubernetesObject } from '../../../../engine/index.ts';
import type { KubectlCommand, KubectlContext } from '../kubectl-command.ts';

/** What a generator makes of its words and flags, or what is wrong with them. */
export type Generated =
  | { readonly ok: true; readonly object: KubernetesObject }
  | { readonly ok: false; readonly message: string };

/** A `kubectl create KIND`: what it makes, and how its refusal is told. */
export interface Generator extends Omit<KubectlCommand, 'run' | 'subcommands'> {
  /** Plural; a name that the API server does not serve stands for a kind that it refuses. */
  readonly resource: string;
  /** What stands after `failed to create`: `ClusterIP service:`; default: the resource's singular. '': the refusal stands alone. */
  readonly failing?: string;
  /** Flags that must be given. */
  readonly required?: readonly string[];
  readonly subgenerators?: readonly Generator[];
  /** `command`: the words after `--`. */
  generate?(
    context: KubectlContext,
    name: string,
    command: readonly string[],
  ): Generated | Promise<Generated>;
}

export const made = (object: unknown): Generated => ({ ok: true, object: object as KubernetesObject });
export const refused = (message: string): Generated => ({ ok: false, message });

/** Every value of a flag that may be repeated, and may hold several with commas between. */
export function commaList({ flags }: KubectlContext, name: string): readonly string[] {
  return flags.list(name).flatMap((one) => one.split(','));
}
