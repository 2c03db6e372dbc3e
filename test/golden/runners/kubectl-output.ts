import {
  type ApiClient,
  type Cluster,
  createCluster,
  createVirtualClock,
  type KubernetesObject,
  parseSelector,
  RESOURCES,
  type Status,
  selectorMatches,
} from '../../../src/engine/index.ts';
import type { Shell } from '../../../src/shell/index.ts';
import { shellOn } from '../../support/shell-on.ts';
import type { GoldenResult } from '../result.ts';

export const file = 'kubectl-output.json';

interface Transcript {
  readonly id: string;
  readonly command: string;
  /** `sample`: the recorded objects, only to be read. `own`: a real API server, changed by one command after another. */
  readonly world: 'sample' | 'own';
  /** Seconds after the sample's time. */
  readonly after: number;
  readonly output: string;
  readonly status: number;
}

interface Records {
  readonly time: string;
  readonly objects: readonly KubernetesObject[];
  readonly files: Readonly<Record<string, string>>;
  readonly transcripts: readonly Transcript[];
}

/** What must be there before the recorded changes: the sample's Services and Deployment of those names. */
const SEED = [
  'kubectl create deployment hello --image=nginx --port=80',
  'kubectl create service clusterip hello --tcp=80:8080',
  'kubectl create service nodeport hello-np --tcp=80:8080',
  'kubectl create service loadbalancer hello-lb --tcp=80:8080',
];

/** Replays every transcript: stdout, then stderr, then the status, as the record has them. */
export async function run(records: unknown): Promise<GoldenResult[]> {
  const { time, objects, files, transcripts } = records as Records;
  const own = shellOn(createCluster(), new Map(Object.entries(files)));
  for (const line of SEED) await typeLine(own, line);
  const results: GoldenResult[] = [];
  for (const { id, command, world, after, output, status } of transcripts) {
    const shell =
      world === 'own' ? own : shellOn(sampleCluster(objects, time, after), new Map(Object.entries(files)));
    const came = await typeLine(shell, command);
    const passed = came.output === tidy(output) && came.status === status;
    results.push({
      id,
      passed,
      ...(!passed && {
        difference: `expected (exit ${status})\n${tidy(output)}\ncame (exit ${came.status})\n${came.output}`,
      }),
    });
  }
  return results;
}

/** Blanks at line ends are not significant in the record. */
function tidy(text: string): string {
  return text.replace(/[ \t]+$/gm, '').trim();
}

async function typeLine(shell: Shell, line: string): Promise<{ output: string; status: number }> {
  const out: string[] = [];
  const errors: string[] = [];
  const { status } = await shell.run(line, {
    write: (text) => void out.push(text),
    writeError: (text) => void errors.push(text),
    columns: 200,
    signal: new AbortController().signal,
  });
  return { output: tidy(`${out.join('')}${errors.join('')}`), status };
}

/** The recorded objects behind an API that can only be read. */
function sampleCluster(objects: readonly KubernetesObject[], time: string, after: number): Cluster {
  const of = (resource: string) => {
    const info = RESOURCES.find(({ name }) => name === resource);
    return objects.filter(({ kind }) => kind === info?.kind);
  };
  const api: Pick<ApiClient, 'get' | 'list'> = {
    get(resource, namespace, name) {
      const found = of(resource).find(
        ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
      );
      if (found) return { ok: true, object: found as never, warnings: [] };
      const group = RESOURCES.find((info) => info.name === resource)?.group;
      const qualified = group ? `${resource}.${group}` : resource;
      const status: Status = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code: 404,
        reason: 'NotFound',
        message: `${qualified} "${name}" not found`,
      };
      return { ok: false, status, warnings: [] };
    },
    list(resource, options = {}) {
      const parsed = parseSelector(options.labelSelector ?? '');
      return of(resource).filter(
        ({ metadata }) =>
          (options.namespace === undefined || metadata.namespace === options.namespace) &&
          (!parsed.ok || selectorMatches(parsed.selector, metadata.labels ?? {})),
      ) as never;
    },
  };
  const now = new Date(Date.parse(time) + after * 1000).toISOString().replace('.000', '');
  const parts: Pick<Cluster, 'options' | 'clock' | 'timestamp' | 'machine'> = {
    options: {},
    clock: createVirtualClock(),
    timestamp: () => now,
    machine: () => undefined,
  };
  return { ...parts, api } as Cluster;
}
