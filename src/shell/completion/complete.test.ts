import { beforeAll, expect, test } from 'vitest';
import { startTestShell, type TestShell } from '../../../test/support/test-shell.ts';

let at: TestShell;
beforeAll(async () => {
  at = await startTestShell({ applied: true });
  await at.type("alias pods='kubectl get pods'; greet() { echo hi; }; FRUIT=apple");
});

const offers = (line: string) => at.shell.complete(line, line.length).options.map(({ text }) => text);

test.each([
  ['hist', ['history']],
  ['gree', ['greet']],
  ['pod', ['pods']],
  ['echo $FRU', ['FRUIT']],
  ['kubectl port-f', ['port-forward']],
  ['kubectl port-forward svc/he', ['svc/hello']],
  ['kubectl debug node/node-1', []],
  ['kubectl drain node-', ['node-1', 'node-2']],
  ['kubectl set im', ['image']],
  ['kubectl rollout un', ['undo']],
  ['kubectl logs client -c ', ['client']],
  ['kubectl get pods -l app=x --field-sel', ['--field-selector']],
  ['kubectl delete pod -n default cl', ['client']],
  ['for i in 1 2; do kubectl cord', ['cordon']],
  ['kubectl get pods | gre', ['grep', 'greet']],
])('Tab after «%s»', (line, expected) => {
  expect(offers(line)).toEqual(expected);
});
