import { describe, expect, test } from 'vitest';
import { parseJsonPath } from './json-path.ts';

const pods = {
  items: [
    {
      metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
      status: { podIP: '1.1.1.1', ready: true },
    },
    { metadata: { name: 'b' }, status: { podIP: '2.2.2.2', ready: false } },
  ],
};

describe('a JSONPath template', () => {
  test.each([
    ['{.items[0].metadata.name}', 'a'],
    ['{.items[*].metadata.name}', 'a b'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{.status.podIP}{"\\n"}{end}', 'a\t1.1.1.1\nb\t2.2.2.2\n'],
    ['{.items[?(@.status.ready==true)].metadata.name}', 'a'],
    ['{.items[?(@.metadata.name=="b")].status.podIP}', '2.2.2.2'],
    ['{.items[-1].metadata.name}', 'b'],
    ["{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}", 'x'],
    ['{.items[0].metadata.labels.app\\.kubernetes\\.io/name}', 'x'],
    ['{..podIP}', '1.1.1.1 2.2.2.2'],
    ['name: {.items[0].metadata.name}!', 'name: a!'],
    ['{.nothing}', ''],
    ['{.items[0].status}', '{"podIP":"1.1.1.1","ready":true}'],
  ])('%s', (template, text) => {
    expect(parseJsonPath(template, { allowMissingKeys: true }).format(pods)).toBe(text);
  });
});
