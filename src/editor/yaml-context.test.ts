import { expect, test } from 'vitest';
import { fieldAt, yamlContext } from './yaml-context.ts';

/** `|` marks the cursor. */
function at(text: string) {
  const lines = text.split('\n');
  const line = lines.findIndex((each) => each.includes('|'));
  const column = lines[line]!.indexOf('|') + 1;
  lines[line] = lines[line]!.replace('|', '');
  return yamlContext(lines, line + 1, column);
}

const SERVICE = 'apiVersion: v1\nkind: Service\n';

test('a key at the root belongs to the object itself', () => {
  expect(at(`${SERVICE}sp|`)).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    path: [],
    at: 'key',
    word: 'sp',
    column: 1,
    indent: 0,
    siblings: ['kind', 'apiVersion'],
  });
});

test.each([
  ['spec:\n  |', ['spec']],
  ['spec:\n  ports:\n    - |', ['spec', 'ports', '[]']],
  ['spec:\n  ports:\n  - |', ['spec', 'ports', '[]']],
  ['spec:\n  ports:\n  - port: 80\n    |', ['spec', 'ports', '[]']],
  ['spec:\n  ports:\n  - port: 80\n  - name: b\n    tar|', ['spec', 'ports', '[]']],
  ['spec:\n  ports:\n    - port: 80\n  sel|', ['spec']],
  [
    'spec:\n  template:\n    spec:\n      containers:\n        - name: a\n          ports:\n            - |',
    ['spec', 'template', 'spec', 'containers', '[]', 'ports', '[]'],
  ],
  ['metadata:\n  name: x\nspec:\n  selector:\n    app: a\n\n  # why\n  |', ['spec']],
])('the mapping of %j is found', (text, path) => {
  expect(at(SERVICE + text)).toMatchObject({ path, at: 'key' });
});

test('a value belongs to its key', () => {
  expect(at(`${SERVICE}spec:\n  type: Node|`)).toMatchObject({
    path: ['spec', 'type'],
    at: 'value',
    word: 'Node',
    column: 9,
  });
  expect(at(`${SERVICE}spec:\n  ports:\n    - protocol: |`)).toMatchObject({
    path: ['spec', 'ports', '[]', 'protocol'],
    at: 'value',
  });
});

test('the keys that an item has already are known, and those of other items are not among them', () => {
  const context = at(
    `${SERVICE}spec:\n  ports:\n    - name: a\n      port: 1\n    - name: b\n      |\n      protocol: TCP\n    - nodePort: 3`,
  );
  expect([...context!.siblings].sort()).toEqual(['name', 'protocol']);
});

test('each document of a file has its own kind', () => {
  expect(at('apiVersion: v1\nkind: Namespace\n---\nspec:\n  |\nkind: Pod\n---\nkind: Service')).toMatchObject(
    { kind: 'Pod' },
  );
});

test('comments and flow mappings have no context', () => {
  expect(at(`${SERVICE}# |`)).toBeUndefined();
  expect(at(`${SERVICE}spec: {a|`)).toBeUndefined();
});

test('a line names the field that it writes', () => {
  const lines = `${SERVICE}spec:\n  ports:\n    - port: 80\n      targetPort: 8080`.split('\n');
  expect(fieldAt(lines, 5)).toMatchObject({ path: ['spec', 'ports', '[]', 'port'], column: 7 });
  expect(fieldAt(lines, 6)).toMatchObject({ path: ['spec', 'ports', '[]', 'targetPort'] });
});
