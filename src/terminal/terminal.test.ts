import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf, placeAfter } from './cells.ts';
import { applyCompletion, inColumns, listed } from './completion.ts';
import { afterSubmit, emptyLine, insert, type LineState, pressKey } from './line-editor.ts';
import { mayGoOn } from './may-go-on.ts';
import { NOTHING_DRAWN, redrawn, renderLine } from './render-line.ts';

/** Presses keys one after the other; `|` in the answer marks the cursor. */
function press(state: LineState, ...keys: readonly string[]): LineState {
  return keys.reduce((line, key) => pressKey(line, key).state, state);
}
const show = (state: LineState) => `${state.text.slice(0, state.cursor)}|${state.text.slice(state.cursor)}`;
const typed = (text: string, history: readonly string[] = []) => insert(emptyLine(history), text);

test.each([
  ['Home', ['\x1b[H'], '|kubectl get pods'],
  ['Ctrl-A, Ctrl-E', ['\x01', '\x05'], 'kubectl get pods|'],
  ['Alt-B twice', ['\x1bb', '\x1bb'], 'kubectl |get pods'],
  ['Ctrl-Left, Ctrl-Right', ['\x1b[1;5D', '\x1b[1;5C'], 'kubectl get pods|'],
  ['Backspace', ['\x7f'], 'kubectl get pod|'],
  ['Ctrl-W', ['\x17'], 'kubectl get |'],
  ['Ctrl-W, Ctrl-Y', ['\x17', '\x19'], 'kubectl get pods|'],
  ['Ctrl-U', ['\x1b[D', '\x15'], '|s'],
  ['Ctrl-K from the first word', ['\x01', '\x1bf', '\x0b'], 'kubectl|'],
  ['Delete at the start', ['\x01', '\x1b[3~'], '|ubectl get pods'],
  ['a paste of two lines', ['\x01', 'a\r\nb\x07 '], 'a b |kubectl get pods'],
])('%s', (_name, keys, expected) => {
  expect(show(press(typed('kubectl get pods'), ...keys))).toBe(expected);
});

test('the up and down arrows walk through history and come back to what was being written', () => {
  const state = typed('dra', ['one', 'two']);
  expect(press(state, '\x1b[A').text).toBe('two');
  expect(press(state, '\x1b[A', '\x1b[A', '\x1b[A').text).toBe('one');
  expect(press(state, '\x1b[A', '\x1b[B').text).toBe('dra');
});

test('a sent line is remembered once, however often it is repeated, and blank lines are not', () => {
  const once = afterSubmit(typed('ls', ['ls']));
  expect(once.history).toEqual(['ls']);
  expect(afterSubmit(typed('  ', ['ls'])).history).toEqual(['ls']);
  expect(afterSubmit(typed('pwd', ['ls'])).history).toEqual(['ls', 'pwd']);
});

test('Ctrl-R finds the latest line that holds what is typed, and again the one before', () => {
  const state = emptyLine(['curl a', 'kubectl get pods', 'curl b', 'ls']);
  const found = press(state, '\x12', 'c', 'u');
  expect(show(found)).toBe('cu|rl b');
  expect(press(found, '\x12').text).toBe('curl a');
  expect(pressKey(found, '\r')).toMatchObject({ effect: 'submit', state: { text: 'curl b' } });
  expect(press(found, '\x07').text).toBe('');
});

test('Ctrl-C empties the line, Ctrl-D ends only when the line is empty', () => {
  expect(pressKey(typed('abc'), '\x03')).toMatchObject({ effect: 'interrupt', state: { text: '' } });
  expect(pressKey(emptyLine(), '\x04').effect).toBe('end');
  expect(pressKey(press(typed('abc'), '\x01'), '\x04').state.text).toBe('bc');
});

test('the cursor stays within the line, whatever is pressed', () => {
  const keys = fc.oneof(
    fc.constantFrom(
      '\x01',
      '\x05',
      '\x1b[D',
      '\x1b[C',
      '\x1bb',
      '\x1bf',
      '\x7f',
      '\x1b[3~',
      '\x17',
      '\x15',
      '\x0b',
      '\x19',
      '\x1b[A',
      '\x1b[B',
      '\x12',
      '\x1b',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 30 }), (pressed) => {
      const state = press(emptyLine(['kubectl get pods', 'ls -l']), ...pressed);
      expect(state.cursor).toBeGreaterThanOrEqual(0);
      expect(state.cursor).toBeLessThanOrEqual(state.text.length);
    }),
  );
});

test('Tab completes as far as all options agree, then lists them', () => {
  const options = [{ text: 'hello-deployment' }, { text: 'hello-service' }];
  const first = applyCompletion(typed('get h'), { from: 4, options });
  expect(first).toMatchObject({ state: { text: 'get hello-' }, list: [] });
  expect(applyCompletion(first.state, { from: 4, options }).list).toEqual([
    'hello-deployment',
    'hello-service',
  ]);
  expect(applyCompletion(typed('get p'), { from: 4, options: [{ text: 'pods' }] }).state.text).toBe(
    'get pods ',
  );
  expect(applyCompletion(typed('-n='), { from: 0, options: [{ text: '-n=' }] }).state.text).toBe('-n=');
});

test('options stand in columns that fit', () => {
  expect(inColumns(['a', 'bb', 'ccc'], 10)).toBe('a    ccc\nbb');
});

test('a line longer than the screen is drawn over its rows, and redrawn from its first', () => {
  const first = renderLine('$ ', typed('x'.repeat(15)), 10, NOTHING_DRAWN);
  expect(first.drawn.cursorRow).toBe(1);
  expect(renderLine('$ ', typed('y'), 10, first.drawn).output.startsWith('\r\x1b[1A\x1b[J')).toBe(true);
});

test('a line that just fills the screen wraps, and its cursor stands on the next row', () => {
  const { output, drawn } = renderLine('$ ', typed('x'.repeat(8)), 10, NOTHING_DRAWN);
  expect(drawn.cursorRow).toBe(1);
  expect(output).toContain(' \r');
  expect(redrawn('$ ', typed('x'.repeat(8)), 20).cursorRow).toBe(0);
});

test.each([
  ['a', 1],
  ['ñ', 1],
  ['\u0301', 0],
  ['漢', 2],
  ['🚇', 2],
])('%s takes %d cells', (character, cells) => {
  expect(cellsOf(character)).toBe(cells);
});

test('a wide character that does not fit goes to the next row, and a line end begins one', () => {
  expect(placeAfter('abc漢', 4)).toEqual({ row: 1, column: 2 });
  expect(placeAfter('ab\ncd', 4)).toEqual({ row: 1, column: 2 });
});

test('a pasted text keeps its lines and loses its control characters, and is not sent by itself', () => {
  const { state, effect } = pressKey(
    emptyLine(),
    '\x1b[200~for i in 1 2; do\r\n\techo $i\x07\r\ndone\n\x1b[201~',
  );
  expect(effect).toBe('none');
  expect(state.text).toBe('for i in 1 2; do\n    echo $i\ndone');
  expect(renderLine('$ ', state, 80, NOTHING_DRAWN).drawn.cursorRow).toBe(2);
});

test('the cursor passes over a character of two halves in one step', () => {
  expect(show(press(typed('a🚇'), '\x1b[D'))).toBe('a|🚇');
  expect(show(press(typed('a🚇'), '\x7f'))).toBe('a|');
});

test('a list of completions has an end', () => {
  const words = Array.from({ length: 1000 }, (_, index) => `pod-${index}`);
  const { shown, left } = listed(words);
  expect(shown.length + left).toBe(1000);
  expect(shown.length).toBeLessThanOrEqual(200);
});

test.each([
  ['kubectl get pods -A -o wide', false],
  ['ls; pwd && date', false],
  ['echo iffy dofor', false],
  ["echo 'one", true],
  ['while sleep 1; do date', true],
  ['cat <<EOF', true],
  ['ls |', true],
  ['echo a\\', true],
  ['$(date', true],
])('%s: is the shell asked whether it goes on? %s', (line, asked) => {
  expect(mayGoOn(line)).toBe(asked);
});
