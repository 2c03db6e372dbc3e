import { goJson } from '../../text/go-json.ts';
import { evaluateTemplate } from './json-path/evaluate.ts';
import { JsonPathError } from './json-path/nodes.ts';
import { parseTemplate } from './json-path/parse.ts';

export { goSyntax, goText } from './json-path/evaluate.ts';
export { JsonPathError };

/** kubectl's JSONPath templates (k8s.io/client-go/util/jsonpath). */
export interface JsonPath {
  /** What each action found, in order: text nodes give themselves. Throws {@link JsonPathError}. */
  evaluate(root: unknown): readonly (readonly unknown[])[];
  /** The template filled in. Throws {@link JsonPathError}. */
  format(root: unknown): string;
}

/** Throws {@link JsonPathError} for a template that kubectl does not read. */
export function parseJsonPath(template: string, options: { readonly allowMissingKeys: boolean }): JsonPath {
  const nodes = parseTemplate(template);
  const evaluate = (root: unknown) => evaluateTemplate(nodes, root, options.allowMissingKeys);
  return {
    evaluate,
    format: (root) =>
      evaluate(root)
        .map((values) => values.map(formatValue).join(' '))
        .join(''),
  };
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return value === null ? 'null' : '';
  return typeof value === 'object' ? goJson(value, 0) : String(value);
}

/** `{.a.b}`, `.a.b` and `a.b` mean the same in `custom-columns` and `--sort-by` (RelaxedJSONPathExpression). */
export function relaxedJsonPath(expression: string): string {
  const match = /^\{?\.?([^{}]+)\}?$/.exec(expression);
  if (!match)
    throw new JsonPathError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  return `{.${match[1]}}`;
}
