import type { Endpoint, EndpointSlice, Labels, Node, Pod, Service } from '../../../src/engine/api/index.ts';
import { deepEqual, labelsMatch } from '../../../src/engine/apimachinery/index.ts';
import { reconcileSlices } from '../../../src/engine/controllers/index.ts';
import type { GoldenResult } from '../result.ts';

export const file = 'endpointslice.json';

interface EndpointRecord {
  readonly addresses: readonly string[];
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly pod?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hostname?: string;
  readonly hints?: unknown;
}

interface SliceRecord {
  readonly namePrefix: string;
  readonly labels: Labels;
  readonly addressType: string;
  readonly ports: readonly unknown[];
  readonly endpoints: readonly EndpointRecord[];
}

interface Records {
  readonly cases: readonly {
    readonly id: string;
    readonly service: Service;
    readonly nodes: readonly Node[];
    readonly steps: readonly {
      readonly pods: readonly Pod[];
      readonly slices: readonly SliceRecord[];
      readonly sliceNames: readonly string[];
    }[];
  }[];
}

export function run(records: unknown): GoldenResult[] {
  return (records as Records).cases.flatMap(({ id, service, nodes, steps }) => {
    let slices: readonly EndpointSlice[] = [];
    let made = 0;
    const results: GoldenResult[] = [];
    const identity = new Map<string, string>();
    for (const [index, step] of steps.entries()) {
      const selector = service.spec.selector;
      const selected = step.pods.filter(
        ({ metadata }) =>
          metadata.namespace === service.metadata.namespace &&
          selector &&
          labelsMatch(selector, metadata.labels),
      );
      const changes = reconcileSlices(service, selected, slices, (name) =>
        nodes.find(({ metadata }) => metadata.name === name),
      );
      const gone = new Set(changes.delete.map(({ metadata }) => metadata.name));
      const updated = new Map(changes.update.map((slice) => [slice.metadata.name, slice]));
      slices = [
        ...slices
          .filter(({ metadata }) => !gone.has(metadata.name))
          .map((slice) => updated.get(slice.metadata.name) ?? slice),
        ...changes.create.map((slice) => ({
          ...slice,
          metadata: { ...slice.metadata, name: `${slice.metadata.generateName}${++made}` },
        })),
      ];
      results.push(judge(`${id}: step ${index + 1}`, step.slices, step.sliceNames, slices, identity));
    }
    return results;
  });
}

/** The record's names only tell which slices are the same object from step to step: `identity` remembers what ours are. */
function judge(
  id: string,
  wanted: readonly SliceRecord[],
  names: readonly string[],
  slices: readonly EndpointSlice[],
  identity: Map<string, string>,
): GoldenResult {
  const left = [...slices];
  for (const [index, record] of wanted.entries()) {
    const name = names[index] ?? '';
    const known = identity.get(name);
    const at = left.findIndex(
      (slice) => (known === undefined || slice.metadata.name === known) && same(record, slice),
    );
    const found = left[at];
    if (!found)
      return {
        id,
        passed: false,
        difference: `missing ${JSON.stringify(record)}\n    among ${JSON.stringify(slices.map(asRecord))}`,
      };
    identity.set(name, found.metadata.name);
    left.splice(at, 1);
  }
  return left.length === 0
    ? { id, passed: true }
    : { id, passed: false, difference: `too many: ${JSON.stringify(left.map(asRecord))}` };
}

function same(record: SliceRecord, slice: EndpointSlice): boolean {
  return deepEqual(normal(record), asRecord(slice));
}

function normal({ namePrefix, labels, addressType, ports, endpoints }: SliceRecord) {
  return { namePrefix, labels, addressType, ports: sorted(ports ?? []), endpoints: sorted(endpoints ?? []) };
}

function asRecord({ metadata, addressType, ports, endpoints }: EndpointSlice) {
  return normal({
    namePrefix: metadata.name.replace(/\d+$/, ''),
    labels: metadata.labels ?? {},
    addressType,
    ports: ports ?? [],
    endpoints: (endpoints ?? []).map(endpointRecord),
  });
}

function endpointRecord({
  addresses,
  conditions,
  nodeName,
  zone,
  hostname,
  hints,
  targetRef,
}: Endpoint): EndpointRecord {
  return {
    addresses,
    ready: conditions?.ready ?? true,
    serving: conditions?.serving ?? true,
    terminating: conditions?.terminating ?? false,
    ...(targetRef?.name === undefined ? {} : { pod: targetRef.name }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(zone === undefined ? {} : { zone }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(hints === undefined ? {} : { hints }),
  };
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
