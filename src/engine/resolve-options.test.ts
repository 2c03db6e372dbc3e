import { describe, expect, test } from 'vitest';
import type { ClusterOptions } from './cluster-options.ts';
import { resolveOptions } from './resolve-options.ts';

function problemOf(options: object): string | undefined {
  try {
    resolveOptions(options as ClusterOptions);
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}

describe("a cluster's options", () => {
  test.each([
    {},
    { podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/12', nodeCIDR: '172.18.0.0/16' },
    { nodes: [{ name: 'a' }, { name: 'b', address: '10.0.0.200' }] },
    {
      loadBalancerProvider: { pool: '203.0.113.7/32' },
      proxy: { nodePortAddresses: ['primary', '10.0.0.0/24'] },
    },
    { nodes: [] },
  ])('may be %j', (options) => expect(problemOf(options)).toBeUndefined());

  test.each([
    [{ podCIDR: 'banana' }, 'podCIDR: not a CIDR: banana'],
    [{ podCIDR: '100.64.0.0/16' }, 'serviceCIDR: 100.64.0.0/13 overlaps podCIDR, which is 100.64.0.0/16'],
    [{ nodeCIDR: '100.96.0.0/24' }, 'podCIDR: 100.96.0.0/11 overlaps nodeCIDR, which is 100.96.0.0/24'],
    [
      { nodeCIDR: '198.51.100.0/24' },
      'nodeCIDR: 198.51.100.0/24 overlaps the internet, which is 198.51.100.0/24',
    ],
    [
      { loadBalancerProvider: { pool: '10.0.0.128/25' } },
      'loadBalancerProvider.pool: 10.0.0.128/25 overlaps nodeCIDR, which is 10.0.0.0/24',
    ],
    [{ loadBalancerProvider: { pool: 'x' } }, 'loadBalancerProvider.pool: not a CIDR: x'],
    [{ podCIDR: '10.1.0.0/25' }, 'podCIDR: 10.1.0.0/25: a mask between /8 and /24 is wanted'],
    [{ podCIDR: '10.1.2.3/16' }, 'podCIDR: 10.1.2.3/16 is inside a network: 10.1.0.0/16 is wanted'],
    [{ podCIDR: 'fd00::/48' }, 'podCIDR: fd00::/48: an IPv4 network is wanted'],
    [{ serviceCIDR: '10.1.0.0/30' }, 'serviceCIDR: 10.1.0.0/30: a mask between /12 and /28 is wanted'],
    [{ clusterDNS: '1.2.3.4' }, 'clusterDNS: 1.2.3.4 is no address of 100.64.0.0/13'],
    [{ clusterDNS: '100.64.0.1' }, "clusterDNS: 100.64.0.1 is the API server's own address"],
    [{ nodes: [{ name: 'client' }] }, 'nodes[0].name: client is the name of a machine outside the cluster'],
    [{ nodes: [{ name: 'a' }, { name: 'a' }] }, 'nodes[1].name: there are two nodes a'],
    [
      { nodes: [{ name: 'a', address: '10.0.0.1' }] },
      'nodes[0].address: 10.0.0.1 is the address of the gateway',
    ],
    [
      { nodes: [{ name: 'a', address: '10.0.0.11' }, { name: 'b' }] },
      'nodes[1].address: 10.0.0.11 is the address of a',
    ],
    [
      { nodes: [{ name: 'a', address: '10.0.0.255' }] },
      'nodes[0].address: 10.0.0.255 is no address of 10.0.0.0/24',
    ],
    [{ nodes: [{ name: 'a', address: 'x' }] }, 'nodes[0].address: x is no address of 10.0.0.0/24'],
    [{ proxy: { nodePortAddresses: ['x'] } }, 'proxy.nodePortAddresses[0]: not a CIDR: x'],
    [{ clusterDomain: 'a b' }, 'clusterDomain: "a b": a DNS name in lower case is wanted'],
    [{ seed: 1.5 }, 'seed: 1.5: a whole number is wanted'],
    [
      { nodez: 3 },
      expect.stringMatching(
        /^nodez: there is no such option; there are seed, nodes, nodeCIDR/,
      ) as unknown as string,
    ],
  ])('may not be %j', (options, problem) => expect(problemOf(options)).toEqual(problem));
});
