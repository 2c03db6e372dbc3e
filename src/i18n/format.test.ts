import { expect, test } from 'vitest';
import { defineMessages } from './define-messages.ts';
import { format, formatNumber } from './format.ts';
import { createTranslator } from './translator.ts';

test('decimals take a comma in Spanish and a point in English', () => {
  expect(formatNumber('es', 0.31)).toBe('0,31');
  expect(formatNumber('en', 0.31)).toBe('0.31');
});

test('a port is never grouped', () => {
  expect(formatNumber('es', 30080)).toBe('30080');
  expect(formatNumber('en', 30080)).toBe('30080');
});

test('a plural chooses its words by the language and writes the number where # stands', () => {
  const text = '{count, plural, =0 {ningún salto} one {# salto} other {# saltos}} hasta {pod}';
  expect(format('es', text, { count: 0, pod: 'hello-2' })).toBe('ningún salto hasta hello-2');
  expect(format('es', text, { count: 1, pod: 'hello-2' })).toBe('1 salto hasta hello-2');
  expect(format('es', text, { count: 5, pod: 'hello-2' })).toBe('5 saltos hasta hello-2');
});

test('a select chooses its words by a value, and # outside a plural is only a #', () => {
  const text = '{kind, select, pod {el pod {name}} other {el nodo {name}}} #1';
  expect(format('es', text, { kind: 'pod', name: 'client' })).toBe('el pod client #1');
  expect(format('es', text, { kind: 'node', name: 'node-1' })).toBe('el nodo node-1 #1');
});

test.each(['{', 'a } b', '{n, plural, one {a}}', '{n, plural, one {a} other {b}'])(
  '%s is our own bug',
  (text) => {
    expect(() => format('en', text, {})).toThrow();
  },
);

test('a translator finds the words of any of its areas and shows an id that it does not know', () => {
  const one = defineMessages({ es: { 'a.x': 'equis {n}' }, en: { 'a.x': 'ex {n}' } });
  const two = defineMessages({ es: { 'b.y': 'ye' }, en: { 'b.y': 'why' } });
  const say = createTranslator('es', one, two);
  expect(say('a.x', { n: 1 })).toBe('equis 1');
  expect(say({ id: 'b.y', values: {} })).toBe('ye');
  expect(say({ id: 'c.z', values: {} })).toBe('c.z');
});
