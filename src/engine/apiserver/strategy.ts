import type { KubernetesObject } from '../api/index.ts';
import type { FieldError, NameRule } from '../apimachinery/index.ts';
import type { Mutable } from './mutable.ts';

/**
 * What is peculiar to one kind (k8s.io/apiserver's RESTCreateStrategy and RESTUpdateStrategy). All that is left out
 * does nothing.
 */
export interface Strategy<T extends KubernetesObject> {
  readonly nameRule: NameRule;
  /** Finalizers are not asked to be Kubernetes' own or of a domain: kinds that core's validation does not know. */
  readonly anyFinalizers?: boolean;
  /** An update must say of which version it is (AllowUnconditionalUpdate is false). */
  readonly conditionalUpdate?: boolean;
  /** metadata.generation counts changes of everything but metadata and status. */
  readonly generation?: boolean;
  readonly applyDefaults?: (draft: Mutable<T>) => void;
  /** Labels count as a change too. */
  readonly generationOfLabels?: boolean;
  /** Sets what clients may not, such as the status of a new object. */
  readonly prepareForCreate?: (draft: Mutable<T>) => void;
  readonly prepareForUpdate?: (draft: Mutable<T>, old: T) => void;
  /**
   * Structures of which an object has many, and which nothing changes on their way into the store: those that a writer
   * hands back as they are stored need not be read again.
   */
  readonly parts?: (object: T) => readonly object[];
  /** Everything below metadata. */
  readonly validate?: (object: T) => FieldError[];
  /** Called after metadata's own rules; most kinds call `validate` from it. */
  readonly validateUpdate?: (object: T, old: T) => FieldError[];
  readonly validateStatusUpdate?: (object: T, old: T) => FieldError[];
  /** Sentences for `Warning:` headers. */
  readonly warnings?: (object: T, old: T | undefined) => string[];
}
