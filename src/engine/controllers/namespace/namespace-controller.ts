import { RESOURCES } from '../../api/index.ts';
import { createWorkQueue } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';

/** Pods need this long at least to stop: the next look is after it (estimateGracefulTermination is read from them). */
const RETRY_MS = 1000;

/**
 * Empties a namespace that is being deleted, then lets it go.
 * Models the namespaced resources deleter (pkg/controller/namespace/deletion, v1.36).
 */
export function startNamespaceController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const queue = createWorkQueue({ clock, reconcile });
  const wake = (namespace: {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  }) => {
    if (namespace.metadata.deletionTimestamp !== undefined) queue.add(namespace.metadata.name);
  };
  informers.of('namespaces').subscribe({ added: wake, updated: (_, namespace) => wake(namespace) });

  function reconcile(name: string): void {
    const current = api.get('namespaces', '', name);
    if (!current.ok || current.object.metadata.deletionTimestamp === undefined) return;
    if (current.object.status?.phase !== 'Terminating') {
      api.updateStatus('namespaces', {
        ...current.object,
        status: { ...current.object.status, phase: 'Terminating' },
      });
    }
    let left = 0;
    for (const { name: resource, namespaced } of RESOURCES) {
      if (!namespaced || resource === 'events') continue;
      for (const object of api.list(resource, { namespace: name })) {
        if (object.metadata.deletionTimestamp === undefined) {
          api.delete(resource, name, object.metadata.name, { propagationPolicy: 'Background' });
        }
        if (api.get(resource, name, object.metadata.name).ok) left++;
      }
    }
    // Pods leave in their own time; what else is left waits for its finalizers.
    if (left > 0) {
      queue.addAfter(name, RETRY_MS);
      return;
    }
    for (const event of api.list('events', { namespace: name }))
      api.delete('events', name, event.metadata.name);
    api.finalize(
      name,
      (current.object.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes'),
    );
  }

  return { stop: () => queue.stop() };
}
