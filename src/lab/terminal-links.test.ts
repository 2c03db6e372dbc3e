import { expect, test } from 'vitest';
import { findLinks } from './terminal-links.ts';

function links(text: string): readonly string[] {
  const went: string[] = [];
  const targets = {
    files: ['hello.yaml', 'client.yaml'],
    openFile: (file: string, line: number) => void went.push(`opens ${file} at ${line}`),
    openPage: (address: string) => void went.push(`opens ${address}`),
    type: (line: string) => void went.push(`types ${line}`),
  };
  return findLinks(text, targets).map(({ from, to, go }) => {
    go();
    return `${text.slice(from, to)}: ${went.at(-1)}`;
  });
}

test.each([
  ['see https://kubernetes.io/docs/.', ['https://kubernetes.io/docs/: opens https://kubernetes.io/docs/']],
  ['Get "http://10.0.0.11:30080/": EOF', ['http://10.0.0.11:30080/: types curl http://10.0.0.11:30080/']],
  ['http://hello.shop/a?b=1', ['http://hello.shop/a?b=1: types curl http://hello.shop/a?b=1']],
  ['trace: hello.yaml:12', ['hello.yaml:12: opens hello.yaml at 12']],
  [
    'error: error parsing hello.yaml: error converting YAML to JSON: yaml: line 3: mapping values',
    ['hello.yaml: opens hello.yaml at 3'],
  ],
  ['other.yaml:3 not-hello.yaml hello.yaml2', []],
  [
    'kubernetes.io.evil.example http://kubernetes.io.evil.example/',
    ['http://kubernetes.io.evil.example/: types curl http://kubernetes.io.evil.example/'],
  ],
])('%s', (text, expected) => {
  expect(links(text)).toEqual(expected);
});
