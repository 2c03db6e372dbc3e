import { expect, test } from 'vitest';
import { type LabProgress, loadProgress, saveProgress, type TextStore } from './progress.ts';
import { progressKey } from './progress-key.ts';

const PROGRESS: LabProgress = {
  files: [{ name: 'hello.yaml', text: 'kind: Service\n' }],
  log: [
    { kind: 'save', files: [{ name: 'hello.yaml', text: 'kind: Service\n' }] },
    { kind: 'run', line: 'kubectl get pods', columns: 80, terminal: '' },
    { kind: 'visit', exchange: 1, packet: 0, hop: 2, step: 3 },
  ],
  met: ['accepted'],
  history: ['kubectl get pods'],
};
const KEY = progressKey('04-pods-and-services', 'from-a-name-to-a-pod');

function store(
  content: Record<string, string> = {},
): TextStore & { readonly content: Record<string, string> } {
  return {
    content,
    getItem: (key) => content[key] ?? null,
    setItem: (key, value) => {
      content[key] = value;
    },
    removeItem: (key) => {
      delete content[key];
    },
  };
}

test('what is kept comes back', () => {
  const kept = store();
  expect(loadProgress(kept, KEY)).toBe('none');
  expect(saveProgress(kept, KEY, PROGRESS)).toBe(true);
  expect(loadProgress(kept, KEY)).toMatchObject(PROGRESS);
});

test.each([
  ['text that is not JSON', '{"files": ['],
  ['another version', JSON.stringify({ ...PROGRESS, version: 99 })],
  [
    'a log with something else in it',
    JSON.stringify({ ...PROGRESS, version: 2, log: [{ kind: 'format-disk' }] }),
  ],
  ['nothing at all', 'null'],
])('%s is damaged', (_name, text) => {
  expect(loadProgress(store({ [KEY]: text }), KEY)).toBe('damaged');
});

test('a full or forbidden storage is no error, and is told', () => {
  const broken: TextStore = {
    getItem() {
      throw new Error('SecurityError');
    },
    setItem() {
      throw new Error('QuotaExceededError');
    },
    removeItem() {
      throw new Error('SecurityError');
    },
  };
  expect(saveProgress(broken, KEY, PROGRESS)).toBe(false);
  expect(loadProgress(broken, KEY)).toBe('none');
  expect(saveProgress(undefined, KEY, PROGRESS)).toBe(false);
});
