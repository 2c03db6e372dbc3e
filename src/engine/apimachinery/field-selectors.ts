/** One condition of a field selector: `status.phase=Running`, `spec.nodeName!=node-1`. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

export type ParsedFieldSelector =
  | { readonly ok: true; readonly requirements: readonly FieldRequirement[] }
  | { readonly ok: false; readonly message: string };

/** Parses a field selector as typed after `--field-selector` (k8s.io/apimachinery/pkg/fields). */
export function parseFieldSelector(text: string): ParsedFieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const match = /^([^=!]+)(!=|==|=)(.*)$/.exec(part.trim());
    if (!match) return { ok: false, message: `invalid selector: '${text}'; can't understand '${part}'` };
    requirements.push({ field: match[1]!, equal: match[2] !== '!=', value: match[3]! });
  }
  return { ok: true, requirements };
}
