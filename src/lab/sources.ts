import {
  type ApiClient,
  apiVersionOf,
  type KubernetesObject,
  type ObjectReference,
  type OwnerReference,
  RESOURCES,
  type ResourceInfo,
} from '../engine/index.ts';
import { type Manifest, parseManifest } from '../manifest/index.ts';
import type { LabFile, SourceRange } from './protocol.ts';

/** One document of the learner's files that names an object. */
export interface SourceDocument {
  readonly file: string;
  /** Of the document within its file, from 0. */
  readonly index: number;
  readonly value: unknown;
  /** undefined: the document does not say enough, or its kind is unknown. */
  readonly object: ObjectReference | undefined;
  readonly resource: ResourceInfo | undefined;
}

/** Where the objects of some files stand. */
export interface Sources {
  readonly manifests: readonly Manifest[];
  readonly documents: readonly SourceDocument[];
  find(object: ObjectReference): SourceDocument | undefined;
  /** Whether the field itself is written, and not only one of its parents. */
  isWritten(document: SourceDocument, field: string): boolean;
  /** The field's place in a document, or its nearest parent's that is written there; `''` is the whole document. */
  rangeOf(document: SourceDocument, field: string): SourceRange | undefined;
}

export function createSources(files: readonly LabFile[]): Sources {
  const manifests = files.map((file) => parseManifest(file.text, file.name));
  const documents = manifests.flatMap((manifest) =>
    manifest.documents.map(({ object, index }): SourceDocument => {
      const resource = resourceOf(object);
      return {
        file: manifest.file,
        index,
        value: object,
        resource,
        object: resource && referenceOf(object, resource),
      };
    }),
  );
  return {
    manifests,
    documents,
    find: (object) => documents.find((document) => document.object && sameObject(document.object, object)),
    isWritten: (document, field) =>
      manifests.find((each) => each.file === document.file)?.positionOf(document.index, field).exact ?? false,
    rangeOf(document, field) {
      const manifest = manifests.find((each) => each.file === document.file);
      const position = manifest?.positionOf(document.index, field);
      return position && { file: document.file, ...position.range };
    },
  };
}

/**
 * The line that an object's field came from: its own document's, or, for what controllers made, the document of the
 * object that owns it (Pod -> ReplicaSet -> Deployment, a pod's `spec` being its owner's `spec.template.spec`).
 */
export function provenanceOf(
  sources: Sources,
  api: ApiClient,
  object: ObjectReference,
  field = '',
): SourceRange | undefined {
  let current: ObjectReference | undefined = object;
  let path = field;
  for (let depth = 0; current && depth < 5; depth++) {
    const document = sources.find(current);
    if (document) return sources.rangeOf(document, path === '' ? 'metadata.name' : path);
    const owner: ObjectReference | undefined = ownerOf(api, current);
    if (current.kind === 'Pod') path = path === '' ? 'spec.template' : `spec.template.${path}`;
    else if (current.kind === 'EndpointSlice') path = '';
    current = owner;
  }
  return undefined;
}

export function sameObject(a: ObjectReference, b: ObjectReference): boolean {
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.apiVersion === b.apiVersion &&
    (a.namespace ?? '') === (b.namespace ?? '')
  );
}

function ownerOf(api: ApiClient, object: ObjectReference): ObjectReference | undefined {
  const info = RESOURCES.find(
    (each) => each.kind === object.kind && apiVersionOf(each) === object.apiVersion,
  );
  if (!info) return undefined;
  const result = api.get(info.name, object.namespace ?? '', object.name);
  if (!result.ok) return undefined;
  const owners: readonly OwnerReference[] = result.object.metadata.ownerReferences ?? [];
  const owner = owners.find((each) => each.controller) ?? owners[0];
  if (!owner) return undefined;
  const reference = { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name };
  return object.namespace === undefined ? reference : { ...reference, namespace: object.namespace };
}

function resourceOf(value: unknown): ResourceInfo | undefined {
  const { apiVersion, kind } = (value ?? {}) as Partial<KubernetesObject>;
  return RESOURCES.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
}

function referenceOf(value: unknown, info: ResourceInfo): ObjectReference | undefined {
  const { metadata } = value as Partial<KubernetesObject>;
  if (typeof metadata?.name !== 'string') return undefined;
  const reference = { apiVersion: apiVersionOf(info), kind: info.kind, name: metadata.name };
  if (!info.namespaced) return reference;
  return { ...reference, namespace: typeof metadata.namespace === 'string' ? metadata.namespace : 'default' };
}
