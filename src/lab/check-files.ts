import type { ApiClient, ObjectReference, Status } from '../engine/index.ts';
import type { Problem } from './protocol.ts';
import type { SourceDocument, Sources } from './sources.ts';
import { onOneLine, statusProblems } from './status-problems.ts';

/** What cannot be read as YAML, or names no kind that the API server knows. */
export function manifestProblems(sources: Sources): readonly Problem[] {
  const unreadable = sources.manifests.flatMap((manifest) =>
    manifest.problems.map(
      ({ range, message }): Problem => ({
        range: { file: manifest.file, ...range },
        severity: 'error',
        message,
        stage: 'yaml',
        hint: { id: isAliasBomb(message) ? 'lab.hint.aliases' : 'lab.hint.yaml', values: {} },
      }),
    ),
  );
  return [...unreadable, ...sources.documents.flatMap((document) => kindProblems(document, sources))];
}

/** What go-yaml says of a document whose aliases would fill the memory; nothing is wrong with its indentation. */
function isAliasBomb(message: string): boolean {
  return message.includes('excessive aliasing');
}

function kindProblems(document: SourceDocument, sources: Sources): readonly Problem[] {
  if (document.resource || typeof document.value !== 'object' || document.value === null) return [];
  const { apiVersion, kind } = document.value as { apiVersion?: unknown; kind?: unknown };
  const at = (field: string, message: string): readonly Problem[] => {
    const range = sources.rangeOf(document, field);
    return range ? [{ range: onOneLine(range), severity: 'error', message, stage: 'field', field }] : [];
  };
  if (apiVersion === undefined || kind === undefined) {
    const missing = [
      apiVersion === undefined && 'apiVersion not set',
      kind === undefined && 'kind not set',
    ].filter(Boolean);
    return at('', `error validating data: [${missing.join(', ')}]`);
  }
  return at('kind', `no matches for kind "${String(kind)}" in version "${String(apiVersion)}"`);
}

/**
 * Asks the API server what it would say to each document, without changing anything. What is merely unfinished while
 * one types (a required field that is not there yet, a namespace still to be made) is left for Run to say.
 */
export function dryRunProblems(sources: Sources, api: ApiClient): readonly Problem[] {
  return sources.documents.flatMap((document) => {
    const status = document.resource && document.object && dryRun(document, document.object, sources, api);
    return status ? statusProblems(status, document, sources, 'field') : [];
  });
}

function dryRun(
  document: SourceDocument,
  object: ObjectReference,
  sources: Sources,
  api: ApiClient,
): Status | undefined {
  const value = document.value as { readonly metadata?: object };
  // A namespace that is still to be made is for Run to say; what else is wrong can be seen from any other.
  const namespace =
    object.namespace === undefined
      ? {}
      : { namespace: api.get('namespaces', '', object.namespace).ok ? object.namespace : 'default' };
  const manifest = { ...value, metadata: { ...value.metadata, ...namespace } };
  const result = api.create(document.resource!.name, manifest as never, {
    dryRun: true,
    fieldValidation: 'Strict',
  });
  if (result.ok) return undefined;
  const { status } = result;
  if (status.reason === 'Invalid') {
    const causes = (status.details?.causes ?? []).filter(
      (cause) => isWrong(cause) && sources.isWritten(document, cause.field),
    );
    return causes.length > 0 ? { ...status, details: { ...status.details, causes } } : undefined;
  }
  return status.reason === 'BadRequest' ? status : undefined;
}

/** Not merely missing, and not taken by this very object, which is there already. */
function isWrong(cause: { readonly reason: string; readonly message: string }): boolean {
  return cause.reason !== 'FieldValueRequired' && !/already allocated/.test(cause.message);
}
