import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCALES } from '../i18n/index.ts';
import { playLab } from '../lab/index.ts';
import { loadLab } from './labs.ts';

const FOLDER = '04-pods-and-services';
const lab = loadLab(FOLDER, 'from-a-name-to-a-pod');
const found = lab.files.find(({ name }) => name === 'hello.yaml')!.text;
const solved = lab.solutionFiles.find(({ name }) => name === 'hello.yaml')!.text;
const curl = 'kubectl exec deploy/client -- curl http://hello-service.hello-namespace';

/** What the terminal prints for these lines, with `text` in hello.yaml. */
const typed = async (text: string, ...lines: string[]): Promise<string> =>
  (await playLab({ ...lab, solutionFiles: [{ name: 'hello.yaml', text }] }, lines)).output;

/** The blocks of output that the lesson quotes. */
function quotes(locale: string): readonly string[] {
  const source = readFileSync(
    new URL(`../../content/lessons/${FOLDER}/${locale}.mdx`, import.meta.url),
    'utf8',
  );
  return [...source.matchAll(/^```\n([\s\S]*?)\n```$/gm)].map(([, quote]) => quote ?? '');
}

describe('what the lesson on Services says is what its lab shows', () => {
  test.each(LOCALES)('the errors it quotes are the errors it prints (%s)', async (locale) => {
    const [first = '?', second = '?'] = quotes(locale);
    const untouched = await typed(found, 'kubectl apply -f hello.yaml');
    expect(untouched.split('\n').filter((line) => line === first)).toHaveLength(2);
    const housed = await typed(
      found,
      'kubectl create namespace hello-namespace',
      'kubectl apply -f hello.yaml',
    );
    expect(housed).toContain(second);
  });

  test('no interface carries the ClusterIP', async () => {
    const output = await typed(
      solved,
      'kubectl get service hello-service -n hello-namespace',
      'kubectl exec deploy/client -- ip addr',
      'ssh control-plane ip addr',
      'ssh node-1 ip addr',
      'ssh node-2 ip addr',
    );
    const [, address = '?'] = /ClusterIP\s+(\S+)/.exec(output) ?? [];
    expect(address).toMatch(/^100\./);
    expect(output.split(address)).toHaveLength(2);
    expect(output).toContain('100.96.1.1/24');
  });

  test('without targetPort the manifest is accepted and the page refused', async () => {
    const output = await typed(solved.replace(/^.*targetPort.*\n/m, ''), 'kubectl apply -f hello.yaml', curl);
    expect(output).toContain('service/hello-service unchanged');
    expect(output).toContain('Could not connect to server');
  });

  test('a selector that meets no pod empties the list and leaves name, address and Deployment alone', async () => {
    const output = await typed(
      solved.replace('    app: hello\n  ports', '    app: hola\n  ports'),
      'kubectl get endpointslices -n hello-namespace',
      'kubectl get deployment hello-deployment -n hello-namespace',
      curl,
    );
    expect(output).toMatch(/hello-service-\w+ +IPv4 +<unset> +<unset>/);
    expect(output).toMatch(/hello-deployment +3\/3/);
    expect(output).toContain('Could not connect to server');
  });

  test('with zero replicas the client is refused at once, and a replaced pod is found without changing anything', async () => {
    const scaled = await typed(
      solved,
      'kubectl scale deployment hello-deployment -n hello-namespace --replicas 0',
      curl,
    );
    expect(scaled).toMatch(/Failed to connect to hello-service.hello-namespace port 80 after \d ms/);
    const replaced = await typed(solved, 'kubectl delete pods -n hello-namespace -l app=hello', curl);
    expect(replaced).toContain('Hello, world!');
  });
});
