import { createWorkQueue } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';

/** Every namespace has a ServiceAccount `default` (pkg/controller/serviceaccount/serviceaccounts_controller.go). */
export function startServiceAccountsController(context: ControllerContext): Controller {
  const { api, clock, informers } = context;
  const queue = createWorkQueue({ clock, reconcile });
  informers.of('namespaces').subscribe({
    added: (namespace) => queue.add(namespace.metadata.name),
    updated: (_, namespace) => queue.add(namespace.metadata.name),
  });
  informers
    .of('serviceaccounts')
    .subscribe({ deleted: (account) => queue.add(account.metadata.namespace ?? '') });

  function reconcile(name: string): void {
    const namespace = api.get('namespaces', '', name);
    if (!namespace.ok || namespace.object.status?.phase === 'Terminating') return;
    if (informers.of('serviceaccounts').get(name, 'default')) return;
    api.create('serviceaccounts', { metadata: { name: 'default', namespace: name } });
  }

  return { stop: () => queue.stop() };
}
