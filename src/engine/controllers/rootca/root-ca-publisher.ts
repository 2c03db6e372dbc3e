import { createWorkQueue } from '../../apiserver/index.ts';
import type { Controller, ControllerContext } from '../shared/context.ts';

const NAME = 'kube-root-ca.crt';

/**
 * Every namespace has the cluster's certificate authority as ConfigMap kube-root-ca.crt
 * (pkg/controller/certificates/rootcacertpublisher).
 */
export function startRootCaPublisher(context: ControllerContext, rootCA: string): Controller {
  const { api, clock, informers } = context;
  const configMaps = informers.of('configmaps');
  const queue = createWorkQueue({ clock, reconcile });
  informers.of('namespaces').subscribe({
    added: (namespace) => queue.add(namespace.metadata.name),
    updated: (_, namespace) => queue.add(namespace.metadata.name),
  });
  const changed = (configMap: {
    readonly metadata: { readonly name: string; readonly namespace?: string };
  }) => {
    if (configMap.metadata.name === NAME) queue.add(configMap.metadata.namespace ?? '');
  };
  configMaps.subscribe({ updated: (_, now) => changed(now), deleted: changed });

  function reconcile(name: string): void {
    const namespace = api.get('namespaces', '', name);
    if (!namespace.ok || namespace.object.status?.phase === 'Terminating') return;
    const data = { 'ca.crt': rootCA };
    const current = api.get('configmaps', name, NAME);
    if (!current.ok) {
      api.create('configmaps', {
        metadata: {
          name: NAME,
          namespace: name,
          annotations: {
            'kubernetes.io/description':
              'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
          },
        },
        data,
      });
    } else if (current.object.data?.['ca.crt'] !== rootCA) {
      api.update('configmaps', { ...current.object, data });
    }
  }

  return { stop: () => queue.stop() };
}
