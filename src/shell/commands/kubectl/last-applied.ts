import type { KubernetesObject } from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import type { KubectlContext } from './kubectl-command.ts';
import type { FileObject } from './read-files.ts';

/** The annotation that keeps what `apply` sent last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** `-n other` beside an object that names its namespace; undefined: they agree. */
export function namespaceMismatch(
  context: KubectlContext,
  { object, resource }: FileObject,
): string | undefined {
  const wanted = context.flags.text('namespace');
  const own = object.metadata.namespace;
  if (!wanted || !own || !resource.namespaced || own === wanted) return undefined;
  return `error: the namespace from the provided object "${own}" does not match the namespace "${wanted}". You must pass '--namespace=${own}' to perform this operation.`;
}

export function inNamespace(object: KubernetesObject, namespace: string | undefined): KubernetesObject {
  return namespace === undefined || object.metadata.namespace
    ? object
    : { ...object, metadata: { ...object.metadata, namespace } };
}

/** The object with its own text as an annotation, so that the next apply knows what this one had. */
export function withLastApplied(object: KubernetesObject): KubernetesObject {
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations ?? {};
  const bare = { ...object, metadata: { ...object.metadata, annotations } };
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [LAST_APPLIED]: `${goJson(bare, 0)}\n` } },
  };
}
