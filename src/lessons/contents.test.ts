import { expect, test } from 'vitest';
import { contentsOf } from './contents.ts';

test('the contents of a lesson are its headings and its labs, in reading order', () => {
  const source = '## One\n\ntext\n\n<Lab name="from-a-to-b" />\n\n## Two\n\n### Deeper\n';
  const headings = [
    { depth: 2, slug: 'one', text: 'One' },
    { depth: 2, slug: 'two', text: 'Two' },
    { depth: 3, slug: 'deeper', text: 'Deeper' },
  ];
  expect(contentsOf(source, headings, 'Lab')).toEqual([
    { anchor: 'one', text: 'One' },
    { anchor: 'lab-from-a-to-b-title', text: 'Lab' },
    { anchor: 'two', text: 'Two' },
  ]);
});
