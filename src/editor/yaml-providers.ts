import type { FieldDescription, FieldQuery } from '../engine/index.ts';
import type { EditorWords } from './create-editor.ts';
import type * as Monaco from './monaco.ts';
import { fieldAt, yamlContext } from './yaml-context.ts';

/** Asks whoever holds the API's schema what is known of a field. */
export type DescribeField = (query: FieldQuery) => Promise<FieldDescription | undefined>;

/** Completion and hover for the models of one lab (told by their scheme), out of what is known of the API's fields. */
export function provideYaml(
  monaco: typeof Monaco,
  scheme: string,
  describe: DescribeField,
  words: EditorWords,
): { dispose(): void } {
  const selector = { language: 'yaml', scheme };
  const completion = monaco.languages.registerCompletionItemProvider(selector, {
    triggerCharacters: [' ', '-', ':'],
    async provideCompletionItems(model, position) {
      const context = yamlContext(model.getLinesContent(), position.lineNumber, position.column);
      if (!context) return { suggestions: [] };
      const field = await describe(context);
      if (!field) return { suggestions: [] };
      const range = new monaco.Range(
        position.lineNumber,
        context.column,
        position.lineNumber,
        position.column,
      );
      if (context.at === 'value') {
        const values = field.values ?? (field.type === 'boolean' ? ['true', 'false'] : []);
        return {
          suggestions: values.map((value) => ({
            label: value,
            kind: monaco.languages.CompletionItemKind.EnumMember,
            insertText: value,
            range,
          })),
        };
      }
      const open = (field.properties ?? []).filter((property) => !context.siblings.includes(property.name));
      return {
        suggestions: open.map((property, index) => ({
          label: { label: property.name, description: property.type },
          kind: property.required
            ? monaco.languages.CompletionItemKind.Property
            : monaco.languages.CompletionItemKind.Field,
          insertText: property.name + opening(property.type, context.indent),
          insertTextRules: monaco.languages.CompletionItemInsertTextRule.KeepWhitespace,
          sortText: `${property.required ? 0 : 1}${String(index).padStart(4, '0')}`,
          range,
          ...(property.required ? { detail: words.required } : {}),
          ...(property.doc ? { documentation: property.doc } : {}),
          command: { id: 'editor.action.triggerSuggest', title: '' },
        })),
      };
    },
  });

  const hover = monaco.languages.registerHoverProvider(selector, {
    async provideHover(model, position) {
      const place = fieldAt(model.getLinesContent(), position.lineNumber);
      if (!place) return null;
      const end = place.column + place.key.length;
      if (position.column < place.column || position.column > end) return null;
      const field = await describe(place);
      if (!field) return null;
      const title = `**${place.key}** \`${field.type}\`${field.required ? ` · ${words.required}` : ''}`;
      const values = field.values
        ? words.values(field.values.map((value) => `\`${value}\``).join(', '))
        : undefined;
      return {
        range: new monaco.Range(position.lineNumber, place.column, position.lineNumber, end),
        contents: [title, field.doc, values].flatMap((value) => (value ? [{ value }] : [])),
      };
    },
  });
  return {
    dispose() {
      completion.dispose();
      hover.dispose();
    },
  };
}

/** What follows a key when it is chosen: a place for its value. */
function opening(type: string, indent: number): string {
  const inner = `\n${' '.repeat(indent + 2)}`;
  if (type === 'object' || type === 'map') return `:${inner}`;
  if (type === 'array' || type.endsWith('[]')) return `:${inner}- `;
  return ': ';
}
