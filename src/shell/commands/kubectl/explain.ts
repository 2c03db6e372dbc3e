import { apiVersionOf, describeField, type FieldDescription, loadSchemaDocs } from '../../../engine/index.ts';
import type { KubectlCommand } from './kubectl-command.ts';
import { findResource, noSuchType } from './resource-arguments.ts';

const WIDTH = 80;

/** Models pkg/cmd/explain (kubectl v1.36) on the schema that the simulated API server checks with. */
export const explainCommand: KubectlCommand = {
  name: 'explain',
  usage: 'explain TYPE[.FIELD…]',
  summary: 'Explain the fields of a type',
  arguments: ['resource'],
  flags: [
    { name: 'recursive', help: 'All fields below, without their descriptions' },
    { name: 'output', short: 'o', value: 'plaintext', help: 'Format' },
    { name: 'api-version', value: 'VERSION', help: 'Of this group and version' },
  ],
  examples: ['kubectl explain service.spec', 'kubectl explain svc.spec.ports.targetPort'],
  async run(context) {
    const [word] = context.args;
    if (word === undefined) {
      context.err(
        'error: You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
      );
      return 1;
    }
    const [type = '', ...names] = word.split('.');
    const resource = findResource(type);
    if (!resource) {
      context.err(noSuchType(type));
      return 1;
    }
    const docs = await loadSchemaDocs();
    let path: readonly string[] = [];
    const look = (at: readonly string[]) =>
      describeField({ apiVersion: apiVersionOf(resource), kind: resource.kind, path: at }, docs);
    for (const name of names) {
      // Lists are stepped into without being named, as in `containers.ports`.
      const next = [
        [...path, name],
        [...path, '[]', name],
      ].find((each) => look(each) !== undefined);
      if (!next) return context.fail(`field "${name}" does not exist`);
      path = next;
    }
    const field = look(path);
    if (!field) return context.fail(`couldn't find resource for "${word}"`);
    const group = resource.group === '' ? '' : `GROUP:      ${resource.group}\n`;
    const about =
      path.length === 0
        ? ''
        : `FIELD: ${names.at(-1)} <${typeText(field)}>${field.required ? ' -required-' : ''}\n\n`;
    context.out(
      `${group}KIND:       ${resource.kind}\nVERSION:    ${resource.version}\n\n${about}${description(field)}${context.flags.has('recursive') ? allFields(path, look) : fields(field)}\n`,
    );
    return 0;
  },
};

function typeText({ type }: Pick<FieldDescription, 'type'>): string {
  return type === 'object' ? 'Object' : type === 'array' ? '[]Object' : type;
}

function description({ doc, values }: FieldDescription): string {
  const text = doc ?? '<empty>';
  const possible = values
    ? `\n    \n    Possible enum values:\n${values.map((value) => `     - \`"${value}"\`\n`).join('')}`
    : '';
  return `DESCRIPTION:\n${wrap(text, 4)}\n${possible}`;
}

function fields({ properties }: FieldDescription): string {
  if (!properties || properties.length === 0) return '    \n';
  const entries = [...properties].sort((a, b) => (a.name < b.name ? -1 : 1));
  return `    \nFIELDS:\n${entries.map(({ name, type, required, doc }) => `  ${name}\t<${typeText({ type })}>${required ? ' -required-' : ''}\n${wrap(doc ?? '<no description>', 4)}\n\n`).join('')}`;
}

/** So deep does nothing but a schema that holds itself go. */
const MAX_DEPTH = 12;

/** Every field below a place, a level further in for each level down. */
function allFields(
  path: readonly string[],
  look: (path: readonly string[]) => FieldDescription | undefined,
): string {
  const lines: string[] = [];
  const visit = (at: readonly string[], depth: number) => {
    const here = look(at)?.properties ?? [];
    for (const { name, type, required } of [...here].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      lines.push(`${'  '.repeat(depth)}${name}\t<${typeText({ type })}>${required ? ' -required-' : ''}\n`);
      if (depth >= MAX_DEPTH) continue;
      if (type === 'object') visit([...at, name], depth + 1);
      else if (type === 'array') visit([...at, name, '[]'], depth + 1);
    }
  };
  visit(path, 1);
  return lines.length === 0 ? '    \n' : `    \nFIELDS:\n${lines.join('')}`;
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each).join('\n');
}
