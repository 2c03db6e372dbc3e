/**
 * Writes `src/engine/api/schema.json` and `schema-docs.json`: the fields of every kind that the API server serves, from
 * the models of npm's `@kubernetes/client-node` (Apache-2.0), which are generated from Kubernetes' own OpenAPI, and the
 * facts that OpenAPI leaves out (`schema-facts.ts`). The package is fetched for the occasion and not kept.
 *
 * `npm exec -- node scripts/generate-schema.ts [folder of the unpacked package]`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALWAYS, MERGE_KEYS, NAMED_TEXTS, POINTERS, QUANTITIES, RETAIN_KEYS } from './schema-facts.ts';

const PACKAGE = '@kubernetes/client-node@2.0.1';
const ROOTS = [
  'V1ConfigMap',
  'V1ControllerRevision',
  'V1DaemonSet',
  'V1Deployment',
  'V1EndpointSlice',
  'V1Endpoints',
  'CoreV1Event',
  'V1IPAddress',
  'V1Ingress',
  'V1IngressClass',
  'V1Job',
  'V1Lease',
  'V1Namespace',
  'V1NetworkPolicy',
  'V1Node',
  'V1Pod',
  'V1ReplicaSet',
  'V1Secret',
  'V1Service',
  'V1ServiceAccount',
  'V1ServiceCIDR',
  'V1StatefulSet',
];

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

const output = join(import.meta.dirname, '..', 'src', 'engine', 'api');
const models = join(process.argv[2] ?? unpack(), 'dist', 'gen', 'models');
const pointers = fieldSet(POINTERS);
const always = fieldSet(ALWAYS);
const mergeKeys = new Map(
  lines(MERGE_KEYS).map((line): [string, string | undefined] => [line.split(' ')[0]!, line.split(' ')[1]]),
);
const retained = new Set(lines(RETAIN_KEYS));
const quantities = new Set(lines(QUANTITIES));
const enums: Record<string, string[]> = {};
const namedTexts = readNamedTexts();
const types: Record<string, Record<string, string>> = {};
const docs: Record<string, Record<string, string>> = {};

const todo = [...ROOTS];
for (let model = todo.pop(); model !== undefined; model = todo.pop()) {
  if (!types[goName(model)]) readModel(model);
}
const sorted = <T>(map: Record<string, T>) =>
  Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((name) => [name, map[name]!]),
  );
write('schema.json', { kubernetes: '1.36', enums: sorted(enums), types: sorted(types) });
write('schema-docs.json', sorted(docs));

/**
 * A field is written `flags type|mergeKey`. Flags: `!` required, `*` held by pointer, `=` always there, `~` only the
 * members that a patch names are kept. Types: `[]T` list, `{}T` map, `@Name` a named text, `Name` a structure.
 */
function readModel(model: string): void {
  const name = goName(model);
  const declaration = readFileSync(join(models, `${model}.d.ts`), 'utf8');
  const code = readFileSync(join(models, `${model}.js`), 'utf8');
  const attributes: Attribute[] = JSON.parse(/attributeTypeMap = (\[[\s\S]*?\]);/.exec(code)![1]!);
  const fields: Record<string, string> = {};
  const sentences: Record<string, string> = {};
  types[name] = fields;
  docs[name] = sentences;
  for (const { baseName, type, format } of attributes) {
    const path = `${name}.${baseName}`;
    const required = declaration.includes(`\n    '${baseName}':`);
    const flags = [
      required ? '!' : '',
      pointers.has(path) ? '*' : '',
      always.has(path) ? '=' : '',
      retained.has(path) ? '~' : '',
    ].join('');
    const mergeKey = mergeKeys.has(path) ? `|${mergeKeys.get(path) ?? ''}` : '';
    fields[baseName] = `${flags}${fieldType(type, format, path)}${mergeKey}`;
    const sentence = firstSentence(lastComment(declaration, baseName) ?? structureComment(type) ?? '');
    if (sentence) sentences[baseName] = sentence;
  }
}

function fieldType(type: string, format: string, path: string): string {
  const list = /^Array<(.*)>$/.exec(type);
  if (list) return `[]${fieldType(list[1]!, format, path)}`;
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
  if (map) return `{}${fieldType(map[1]!, format, path)}`;
  if (quantities.has(path)) return 'quantity';
  switch (type) {
    case 'string':
      return format === 'byte' ? 'bytes' : (namedTexts.get(path) ?? 'string');
    case 'number':
      return format || 'number';
    case 'boolean':
      return 'bool';
    case 'Date':
      return 'time';
    case 'IntOrString':
      return 'intOrString';
    case 'any':
      return 'any';
    case 'V1MicroTime':
      return 'microTime';
    default:
      todo.push(type);
      return goName(type);
  }
}

/** Core's EndpointPort keeps its group in front, for discovery.k8s.io has another one. */
function goName(model: string): string {
  return model === 'CoreV1EndpointPort' ? 'CoreEndpointPort' : model.replace(/^(Core|Discovery)?V1/, '');
}

function lastComment(declaration: string, baseName: string): string | undefined {
  const place = declaration.search(new RegExp(`\\n    '_?${baseName}'\\??:`));
  if (place < 0) return undefined;
  const before = declaration.slice(0, place);
  const start = before.lastIndexOf('/**');
  if (start < 0 || !before.trimEnd().endsWith('*/')) return undefined;
  return before.slice(start + 3, before.lastIndexOf('*/'));
}

/** What the structure itself is said to be, for a field that refers to it without words of its own. */
function structureComment(type: string): string | undefined {
  const model = /^(?:Array<)?((?:V1|Core)\w+?)>?$/.exec(type)?.[1];
  if (model === 'V1ObjectMeta') return "Standard object's metadata.";
  if (!model) return undefined;
  const declaration = readFileSync(join(models, `${model}.d.ts`), 'utf8');
  return /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export declare class/.exec(declaration)?.[1];
}

function firstSentence(comment: string): string {
  const text = comment
    .replace(/^\s*\*\s?/gm, '')
    .replace(/\s+/g, ' ')
    .replaceAll("\\'", "'")
    .replaceAll('\\"', '"')
    .trim();
  const sentence = /^.*?[.!?](?=\s+[A-Z(*"'`]|$)/.exec(text)?.[0] ?? text;
  return sentence.length > 240 ? `${sentence.slice(0, sentence.lastIndexOf(' ', 236))} …` : sentence;
}

function readNamedTexts(): Map<string, string> {
  const named = new Map<string, string>();
  for (const line of lines(NAMED_TEXTS)) {
    const [, name, values, fields] = /^(\S+) = (.*?): ?(.*)$/.exec(line)!;
    for (const field of fields!.split(' ')) {
      if (name === 'string') {
        enums[field] = values!.split(' ');
        named.set(field, `@${field}`);
      } else named.set(field, `@${name}`);
    }
    if (name !== 'string' && values) enums[name!] = values.trim().split(' ');
  }
  return named;
}

function fieldSet(text: string): Set<string> {
  return new Set(
    lines(text).flatMap((line) => {
      const [type, fields] = line.split(': ');
      return fields!.split(' ').map((field) => `${type}.${field}`);
    }),
  );
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function unpack(): string {
  const folder = mkdtempSync(join(tmpdir(), 'schema-'));
  const file = execFileSync('npm', ['pack', '--silent', PACKAGE], { cwd: folder, encoding: 'utf8' }).trim();
  execFileSync('tar', ['xzf', file], { cwd: folder });
  return join(folder, 'package');
}

function write(file: string, value: unknown): void {
  writeFileSync(join(output, file), `${JSON.stringify(value)}\n`);
}
