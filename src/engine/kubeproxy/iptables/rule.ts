import type { ObjectReference } from '../../api/index.ts';

/** The object, and its field, that a rule was written for. */
export interface RuleOwner {
  readonly object: ObjectReference;
  /** `spec.ports[0].nodePort`; absent: the object as a whole. */
  readonly field?: string;
}

/** One `-A …` line and whom it serves: the field that matters most first. */
export interface Rule {
  readonly text: string;
  readonly owners: readonly RuleOwner[];
}
