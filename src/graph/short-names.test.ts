import { expect, test } from 'vitest';
import { ellipsis, shortNames } from './short-names.ts';

const pod = (namespace: string, name: string, hostNetwork = false) => ({
  namespace,
  name,
  netns: hostNetwork ? 'node-1' : `${namespace}/${name}`,
  hostNetwork,
});

test('a Deployment’s only pod goes by the Deployment’s name, sisters by what tells them apart', () => {
  const names = shortNames([
    pod('default', 'client-5584995477-6jr2p'),
    pod('default', 'hello-deployment-6d786448cf-nvb7z'),
    pod('default', 'hello-deployment-6d786448cf-44wx7'),
    pod('default', 'web-0'),
  ]);
  expect([...names.values()]).toEqual(['client', 'hello-nvb7z', 'hello-44wx7', 'web-0']);
});

test('Deployments of the same name in two namespaces are not sisters', () => {
  const names = shortNames([pod('a', 'web-5584995477-6jr2p'), pod('b', 'web-5584995477-nvb7z')]);
  expect([...names.values()]).toEqual(['web', 'web']);
});

test('a pod on its node’s own network does not name the node', () => {
  expect(shortNames([pod('kube-system', 'kube-proxy-8qcd6', true)]).has('node-1')).toBe(false);
});

test('a long name keeps its two ends', () => {
  expect(ellipsis('hello', 8)).toBe('hello');
  expect(ellipsis('a-very-long-name', 9)).toBe('a-ve…name');
});
