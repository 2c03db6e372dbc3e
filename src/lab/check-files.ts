import type { ApiClient, ObjectReference, Status } from '../engine/index.ts';
import type { LabFile, Problem } from './protocol.ts';
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
        hint: { id: 'lab.hint.yaml', values: {} },
      }),
    ),
  );
  return [...unreadable, ...sources.documents.flatMap((document) => kindProblems(document, sources))];
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
    const status = document.resource && document.object && dryRun(document, document.object, api);
    return status ? statusProblems(status, document, sources, 'field') : [];
  });
}

function dryRun(document: SourceDocument, object: ObjectReference, api: ApiClient): Status | undefined {
  const value = document.value as { readonly metadata?: object };
  const namespace = object.namespace === undefined ? {} : { namespace: object.namespace };
  const manifest = { ...value, metadata: { ...value.metadata, ...namespace } };
  const result = api.create(document.resource!.name, manifest as never, {
    dryRun: true,
    fieldValidation: 'Strict',
  });
  if (result.ok) return undefined;
  const { status } = result;
  if (status.reason === 'Invalid') {
    const causes = (status.details?.causes ?? []).filter(isWrong);
    return causes.length > 0 ? { ...status, details: { ...status.details, causes } } : undefined;
  }
  return status.reason === 'BadRequest' ? status : undefined;
}

/** Not merely missing, and not taken by this very object, which is there already. */
function isWrong(cause: { readonly reason: string; readonly message: string }): boolean {
  return cause.reason !== 'FieldValueRequired' && !/already allocated/.test(cause.message);
}

/** The text of a document, to tell whether it has changed since the server spoke of it. */
export function textOf(document: SourceDocument, files: readonly LabFile[], sources: Sources): string {
  const range = sources.rangeOf(document, '');
  const text = files.find((file) => file.name === document.file)?.text ?? '';
  return range
    ? text
        .split('\n')
        .slice(range.line - 1, range.endLine)
        .join('\n')
    : '';
}
