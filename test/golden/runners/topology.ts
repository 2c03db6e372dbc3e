import { categorizeEndpoints, topologyModeFromHints } from '../../../src/engine/kubeproxy/index.ts';
import type { GoldenResult } from '../result.ts';

export const file = 'topology.json';

interface EndpointRecord {
  readonly endpoint: string;
  readonly zoneHints: readonly string[] | null;
  readonly nodeHints?: readonly string[] | null;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly isLocal: boolean;
}

interface Records {
  readonly categorizeEndpoints: readonly {
    readonly name: string;
    readonly nodeName?: string;
    readonly nodeLabels: Readonly<Record<string, string>>;
    readonly service: {
      readonly internalTrafficPolicy: string;
      readonly externalTrafficPolicy: string;
      readonly externallyAccessible: boolean;
    };
    readonly endpoints: readonly EndpointRecord[];
    readonly expect: {
      readonly clusterEndpoints: readonly string[] | null;
      readonly localEndpoints: readonly string[] | null;
      readonly allReachable: readonly string[] | null;
      readonly hasAnyEndpoints: boolean;
    };
  }[];
  readonly topologyModeFromHints_derived: readonly {
    readonly name: string;
    readonly nodeName: string;
    readonly zone: string;
    readonly endpoints: readonly EndpointRecord[];
    readonly expect: { readonly topologyMode: string; readonly clusterEndpoints: readonly string[] };
  }[];
}

const THIS_NODE = 'this-node';

export function run(records: unknown): GoldenResult[] {
  const { categorizeEndpoints: cases, topologyModeFromHints_derived: derived } = records as Records;
  return [
    ...cases.map(({ name, nodeName = THIS_NODE, nodeLabels, service, endpoints, expect }) => {
      const node = { nodeName, zone: nodeLabels['topology.kubernetes.io/zone'] ?? '' };
      const internalLocal = service.internalTrafficPolicy === 'Local';
      const came = categorizeEndpoints(
        read(endpoints, nodeName),
        {
          usesClusterEndpoints: !internalLocal || service.externallyAccessible,
          usesLocalEndpoints:
            internalLocal || (service.externalTrafficPolicy === 'Local' && service.externallyAccessible),
        },
        node,
      );
      return judge(
        `categorizeEndpoints: ${name}`,
        [
          names(expect.clusterEndpoints),
          names(expect.localEndpoints),
          names(expect.allReachable),
          String(expect.hasAnyEndpoints),
        ],
        [names(came.cluster), names(came.local), names(came.allReachable), String(came.hasAny)],
      );
    }),
    ...derived.map(({ name, nodeName, zone, endpoints, expect }) => {
      const node = { nodeName, zone };
      const all = read(endpoints, nodeName);
      const came = categorizeEndpoints(all, { usesClusterEndpoints: true, usesLocalEndpoints: false }, node);
      return judge(
        `topologyModeFromHints: ${name}`,
        [expect.topologyMode, names(expect.clusterEndpoints)],
        [topologyModeFromHints(all, node), names(came.cluster)],
      );
    }),
  ];
}

function read(endpoints: readonly EndpointRecord[], nodeName: string) {
  return endpoints.map(({ endpoint, zoneHints, nodeHints, ready, serving, terminating, isLocal }) => ({
    name: endpoint,
    ready,
    serving,
    terminating,
    zoneHints: zoneHints ?? [],
    nodeHints: nodeHints ?? [],
    nodeName: isLocal ? nodeName : 'another-node',
  }));
}

/** A list that is not used and one that is empty are equal: the records' own note. */
function names(endpoints: readonly (string | { readonly name: string })[] | null | undefined): string {
  return (endpoints ?? [])
    .map((endpoint) => (typeof endpoint === 'string' ? endpoint : endpoint.name))
    .sort()
    .join(' ');
}

function judge(id: string, wanted: readonly string[], came: readonly string[]): GoldenResult {
  return {
    id,
    passed: wanted.join('|') === came.join('|'),
    difference: `expected ${wanted.join(' | ')}; got ${came.join(' | ')}`,
  };
}
