/**
 * Manifests and what the real API server says of them: `validation.json`. Each case gets a server of its own, which
 * has the addresses and ports taken that the record's assumptions name.
 */
import type { KubernetesObject, ResourceInfo } from '../../../src/engine/api/index.ts';
import { RESOURCES } from '../../../src/engine/api/index.ts';
import {
  createRandom,
  createVirtualClock,
  deepEqual,
  type FieldError,
  parseIPSloppy,
  type Status,
} from '../../../src/engine/apimachinery/index.ts';
import { decodeObject } from '../../../src/engine/apiserver/decode/decode-object.ts';
import { type ApiServer, createApiServer } from '../../../src/engine/apiserver/index.ts';
import type { Mutable } from '../../../src/engine/apiserver/mutable.ts';
import { STRATEGIES } from '../../../src/engine/apiserver/registry/strategies.ts';
import { invalidStatus } from '../../../src/engine/apiserver/statuses.ts';
import type { Strategy } from '../../../src/engine/apiserver/strategy.ts';
import { validateObjectMetaUpdate } from '../../../src/engine/apiserver/validation/object-meta.ts';
import type { GoldenResult } from '../result.ts';

export const file = 'validation.json';

interface Records {
  readonly meta: {
    readonly clusterAssumptions: {
      readonly serviceCIDR: string;
      readonly nodePortRange: string;
      readonly takenClusterIPs: readonly string[];
      readonly takenNodePorts: readonly number[];
    };
  };
  readonly cases: readonly Case[];
}

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly operation: 'create' | 'update';
  readonly manifest: Manifest;
  readonly oldManifest?: Manifest;
  readonly expect: {
    readonly valid: boolean;
    readonly httpStatus?: number;
    readonly reason?: string;
    readonly errors?: readonly { readonly type: string; readonly field: string; readonly message: string }[];
    readonly serverMessage?: string;
    readonly kubectl?: string;
    readonly warnings?: readonly string[];
    readonly objectAfterDefaulting?: unknown;
  };
}

type Manifest = Partial<KubernetesObject> & { readonly spec?: { readonly clusterIP?: string } };
type Outcome = { readonly status?: Status; readonly warnings: readonly string[] };
type AnyStrategy = Strategy<KubernetesObject>;

/** The records are of v1.34; `meta.facts` of the record says which warnings v1.36 prints instead. */
const NOT_IN_136 = 'spec.SessionAffinity is ignored for headless services';
const NEW_IN_136 = 'spec.externalIPs is deprecated';
/** Upstream's Service of an Endpoints warning is not part of validation. */
const DEPRECATION = 'v1 Endpoints is deprecated';

export function run(records: unknown): GoldenResult[] {
  const { meta, cases } = records as Records;
  return cases.map((testCase) => {
    const difference = compare(testCase, meta.clusterAssumptions);
    return { id: testCase.id, passed: difference === undefined, ...(difference ? { difference } : {}) };
  });
}

function compare(testCase: Case, assumptions: Records['meta']['clusterAssumptions']): string | undefined {
  const { manifest, expect } = testCase;
  const info = RESOURCES.find(({ kind }) => kind === testCase.kind);
  if (!info) return `no such kind: ${testCase.kind}`;
  const server = startServer(assumptions, manifest);
  const { status, warnings } = testCase.oldManifest
    ? update(server, info, testCase)
    : create(server, info, manifest);
  if (!expect.valid) return compareRefusal(testCase, status);
  if (status) return `expected to be accepted, but: ${status.message}`;
  const wanted = (expect.warnings ?? []).filter((warning) => warning !== NOT_IN_136);
  const given = warnings.filter(
    (warning) => !warning.startsWith(NEW_IN_136) && !warning.startsWith(DEPRECATION),
  );
  // Only of Services does the record hold warnings: upstream gives the others outside of validation.
  const isRecorded = expect.warnings !== undefined || testCase.kind === 'Service';
  if (isRecorded && !deepEqual(wanted, given))
    return `warnings: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(given)}`;
  if (expect.objectAfterDefaulting === undefined) return undefined;
  const defaulted = applyDefaults(info, manifest);
  return deepEqual(defaulted, expect.objectAfterDefaulting)
    ? undefined
    : `after defaulting: expected ${JSON.stringify(expect.objectAfterDefaulting)}, got ${JSON.stringify(defaulted)}`;
}

function compareRefusal({ expect, kind, manifest }: Case, status: Status | undefined): string | undefined {
  if (!status) return `expected: ${expect.serverMessage}, but it was accepted`;
  const causes = (status.details?.causes ?? []).map(({ reason, field, message }) => ({
    type: reason,
    field,
    message,
  }));
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['message', expect.serverMessage, status.message],
    ['code', expect.httpStatus, status.code],
    ['reason', expect.reason, status.reason],
    ['errors', expect.errors, expect.errors && causes],
    ['kubectl', expect.kubectl, expect.kubectl && kubectlText(kind, manifest, status)],
  ];
  const wrong = pairs.find(([, expected, actual]) => expected !== undefined && !deepEqual(expected, actual));
  return wrong && `${wrong[0]}: expected ${JSON.stringify(wrong[1])}, got ${JSON.stringify(wrong[2])}`;
}

/** What `kubectl create -f FILE` prints of a refusal. */
function kubectlText(kind: string, manifest: Manifest, status: Status): string {
  if (status.reason !== 'Invalid')
    return `Error from server (${status.reason}): error when creating "FILE": ${status.message}`;
  const sentences = [
    ...new Set((status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`)),
  ];
  const list =
    sentences.length === 1 ? sentences[0] : `\n${sentences.map((sentence) => `* ${sentence}`).join('\n')}`;
  return `The ${kind} "${manifest.metadata?.name ?? ''}" is invalid: ${list}`;
}

function startServer(
  { serviceCIDR, nodePortRange, takenClusterIPs, takenNodePorts }: Records['meta']['clusterAssumptions'],
  manifest: Manifest,
): ApiServer {
  const server = createApiServer({
    clock: createVirtualClock(),
    random: createRandom(1),
    serviceCIDR,
    nodePortRange,
  });
  for (const [place, clusterIP] of takenClusterIPs.entries()) {
    // The records were compared with what is taken as text: another spelling of a taken address counts as free.
    const wanted = manifest.spec?.clusterIP;
    if (wanted !== undefined && wanted !== clusterIP && sameAddress(wanted, clusterIP)) continue;
    server.create('services', {
      metadata: { name: `taken-ip-${place}` },
      spec: { clusterIP, ports: [{ port: 80 }] },
    });
  }
  for (const nodePort of takenNodePorts) {
    server.create('services', {
      metadata: { name: `taken-port-${nodePort}` },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort }] },
    });
  }
  return server;
}

function sameAddress(left: string, right: string): boolean {
  const [a, b] = [parseIPSloppy(left), parseIPSloppy(right)];
  return a !== undefined && b !== undefined && deepEqual(a.bytes, b.bytes);
}

function create(server: ApiServer, info: ResourceInfo, manifest: Manifest): Outcome {
  const result = server.create(info.name, manifest as never, { fieldValidation: 'Strict' });
  return result.ok ? { warnings: result.warnings } : { status: result.status, warnings: result.warnings };
}

/**
 * Services are changed on a server, since allocation is a part of it. Other kinds are compared as they are written:
 * what admission adds to a Pod that is created would be missing in the changed manifest.
 */
function update(server: ApiServer, info: ResourceInfo, { oldManifest, manifest }: Case): Outcome {
  if (info.name === 'services') {
    const { name = '', namespace = 'default' } = oldManifest!.metadata ?? {};
    const created = server.create('services', oldManifest as never);
    if (!created.ok) return { status: created.status, warnings: [] };
    const replace = [{ op: 'replace', path: '', value: manifest }];
    const result = server.patch('services', namespace, name, 'json', replace, { fieldValidation: 'Strict' });
    return result.ok
      ? { warnings: result.warnings }
      : { status: named(result.status, manifest), warnings: result.warnings };
  }
  const strategy = STRATEGIES[info.name] as unknown as AnyStrategy;
  const now = decode(info, manifest);
  if ('status' in now) return { status: now.status, warnings: [] };
  const before = decode(info, oldManifest!);
  if ('status' in before) return { status: before.status, warnings: [] };
  strategy.applyDefaults?.(now.object);
  strategy.applyDefaults?.(before.object);
  strategy.prepareForUpdate?.(now.object, before.object);
  const errors: FieldError[] = [
    ...validateObjectMetaUpdate(now.object.metadata, before.object.metadata, 'metadata'),
    ...(strategy.validateUpdate?.(now.object, before.object) ?? []),
  ];
  if (errors.length > 0)
    return { status: invalidStatus(info.name, now.object.metadata.name, errors), warnings: [] };
  return { warnings: strategy.warnings?.(now.object, before.object) ?? [] };
}

/** The record names the object as the new manifest does. */
function named(status: Status, manifest: Manifest): Status {
  const { causes = [] } = status.details ?? {};
  return status.reason === 'Invalid'
    ? invalidStatus('services', manifest.metadata?.name ?? '', causes)
    : status;
}

function decode(
  info: ResourceInfo,
  manifest: Manifest,
): { readonly object: Mutable<KubernetesObject> } | { readonly status: Status } {
  const decoded = decodeObject(info, manifest, { fieldValidation: 'Strict' });
  return decoded.ok ? { object: decoded.object } : { status: decoded.status };
}

function applyDefaults(info: ResourceInfo, manifest: Manifest): unknown {
  const decoded = decode(info, manifest);
  if ('status' in decoded) return decoded.status;
  (STRATEGIES[info.name] as unknown as AnyStrategy).applyDefaults?.(decoded.object);
  return decoded.object;
}
