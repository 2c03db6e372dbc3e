import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom, createVirtualClock } from '../apimachinery/index.ts';
import { createApiServer } from '../apiserver/index.ts';
import { createNetwork } from '../linux/index.ts';
import {
  createRuleCache,
  createServiceTracker,
  renderIptables,
  renderNftables,
  startKubeProxy,
} from './index.ts';
import { renderJumpRules } from './iptables/jump-rules.ts';

const NODES = ['node-1', 'node-2', 'node-3'];
const CONFIG = { localDetector: { mode: 'CIDR', cidr: '100.96.0.0/11' } } as const;
const configOf = (node: number) => ({
  ...CONFIG,
  nodeName: NODES[node]!,
  nodeIP: `10.0.0.1${node}`,
  nodeLocalIPs: ['127.0.0.1', `10.0.0.1${node}`],
});

const services = ['a', 'b', 'c'];
const addresses = ['100.96.1.2', '100.96.1.3', '100.96.2.2'];
const endpoint = fc.record({
  addresses: fc.constantFrom(...addresses).map((address) => [address]),
  nodeName: fc.constantFrom(...NODES),
  conditions: fc.record({ ready: fc.boolean() }),
  hints: fc.constantFrom(undefined, { forZones: [{ name: 'a' }] }, { forZones: [{ name: 'b' }] }),
});
const change = fc.oneof(
  fc.record({
    kind: fc.constant('service' as const),
    name: fc.constantFrom(...services),
    spec: fc.constantFrom(
      {},
      { type: 'NodePort' },
      { type: 'NodePort', externalTrafficPolicy: 'Local' },
      { internalTrafficPolicy: 'Local' },
      { sessionAffinity: 'ClientIP' },
      { trafficDistribution: 'PreferSameZone' },
    ),
  }),
  fc.record({
    kind: fc.constant('slice' as const),
    name: fc.constantFrom(...services),
    /** Two slices of a Service may list the same address. */
    slice: fc.constantFrom('1', '2'),
    endpoints: fc.uniqueArray(endpoint, { maxLength: 3, selector: (each) => each.addresses[0] }),
  }),
  fc.record({
    kind: fc.constant('zone' as const),
    node: fc.constantFrom(...NODES),
    zone: fc.constantFrom('a', 'b'),
  }),
  fc.record({ kind: fc.constant('wait' as const) }),
);

test.each(['iptables', 'nftables'] as const)(
  '%s: after any changes, nodes that share what they worked out have the rules that each would write alone',
  (mode) => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 14 }), (changes) => {
        const clock = createVirtualClock();
        const api = createApiServer({ clock, random: createRandom(1), serviceCIDR: '100.64.0.0/13' });
        const network = createNetwork({ now: clock.now, random: () => 0 });
        const shared = { ruleCache: createRuleCache(), tracker: createServiceTracker(api) };
        const zones = new Map<string, string>();
        for (const [place, name] of NODES.entries()) {
          const netns = network.addNetns(name);
          startKubeProxy({
            api,
            clock,
            ...configOf(place),
            ...shared,
            mode,
            nft: (lines) => expect(netns.nftLoad(lines)).toEqual({ ok: true }),
            restore: (pieces) =>
              expect(netns.iptablesRestore(pieces, { noflush: true })).toEqual({ ok: true }),
          });
        }
        for (const each of changes) {
          if (each.kind === 'wait') {
            clock.settle(60_000);
            clock.advance(5000);
          } else if (each.kind === 'zone') {
            const { node: name, zone } = each;
            api.delete('nodes', '', name);
            api.create('nodes', {
              metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
              spec: {},
            });
            zones.set(name, zone);
          } else if (each.kind === 'service') {
            const { name, spec } = each;
            if (!api.delete('services', 'default', name).ok)
              api.create('services', {
                metadata: { name, namespace: 'default' },
                spec: {
                  clusterIP: `100.64.1.${services.indexOf(name) + 1}`,
                  ports: [
                    {
                      port: 80,
                      targetPort: 8080,
                      ...('type' in spec && { nodePort: 30_080 + services.indexOf(name) }),
                    },
                  ],
                  ...spec,
                } as never,
              });
          } else {
            const name = `${each.name}-${each.slice}`;
            api.delete('endpointslices', 'default', name);
            if (each.endpoints.length > 0)
              api.create('endpointslices', {
                metadata: {
                  name,
                  namespace: 'default',
                  labels: { 'kubernetes.io/service-name': each.name },
                },
                addressType: 'IPv4',
                endpoints: each.endpoints,
                ports: [{ name: '', port: 8080, protocol: 'TCP' }],
              });
          }
        }
        clock.settle(60_000);
        clock.advance(5000);
        const known = api
          .list('services')
          .map(({ metadata }) => shared.tracker.state(`${metadata.namespace}/${metadata.name}`));
        const state = {
          services: known.flatMap(({ service }) => service ?? []),
          endpointSlices: known.flatMap(({ slices }) => slices),
        };
        for (const [place, name] of NODES.entries()) {
          const alone = createNetwork({ now: clock.now, random: () => 0 }).addNetns(name);
          const own = { ...state, zone: zones.get(name) ?? '' };
          if (mode === 'nftables') {
            expect(alone.nftLoad(renderNftables(own, configOf(place), ['100.64.0.0/13']))).toEqual({
              ok: true,
            });
            expect(listed(network.netns(name)!.nftList())).toEqual(listed(alone.nftList()));
          } else {
            alone.iptablesRestore(renderJumpRules(), { noflush: true });
            alone.iptablesRestore(renderIptables(own, configOf(place)).text, { noflush: true });
            expect(saved(network.netns(name)!.iptablesSave())).toEqual(saved(alone.iptablesSave()));
          }
        }
      }),
      { numRuns: 200 },
    );
  },
);

/** Sets, maps and chains, each with what is in it: only of a chain's rules does the order matter. */
function listed(text: string): readonly string[] {
  return (
    text
      .split(/\n(?=\t(?:set|map|chain) )/)
      .map((object) => object.split(/[{},\n]/).map((line) => line.trim()))
      .map(([head = '', ...lines]) => [head, ...(head.startsWith('chain') ? lines : lines.sort())])
      .map((lines) => lines.filter((line) => line !== ''))
      // A chain that nothing leads to any more is emptied at once and goes with a later sync, as upstream's does.
      .filter(([head = '', ...lines]) => lines.length > 0 || !/^chain [a-z]+-[A-Z0-9]{8}-/.test(head))
      .map((lines) => lines.join('\n'))
      .sort()
  );
}

/** Tables, chains and the rules of each chain in their order; the order of chains tells only when each was made. */
function saved(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => /^[*:-]/.test(line));
  let table = '';
  return lines
    .map((line) => {
      if (line.startsWith('*')) table = line;
      const [head = '', chain = ''] = line.split(' ');
      return { of: `${table} ${head === '-A' ? chain : head}`, line: line.replace(/ \[\d+:\d+\]$/, '') };
    })
    .sort((a, b) => (a.of < b.of ? -1 : a.of > b.of ? 1 : 0))
    .map(({ of, line }) => `${of}: ${line}`);
}
