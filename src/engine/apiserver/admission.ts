/** The admission plugins of a kubeadm cluster that change or refuse objects (plugin/pkg/admission, v1.36). */
import type { Ingress, KubernetesObject, Pod, ResourceName } from '../api/index.ts';
import { dns1123Label, type Random, randomSuffix, type Status } from '../apimachinery/index.ts';
import type { Mutable } from './mutable.ts';
import { forbiddenStatus, notFoundStatus } from './statuses.ts';
import type { Store } from './store.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_SECONDS = 3607;
const UNREADY_SECONDS = 300;

/**
 * NamespaceLifecycle: things are made only in namespaces that are there and stay. A namespace that cannot be one by its
 * name is left to validation, which says what is wrong with it.
 */
export function admitNamespace(
  store: Store,
  resource: ResourceName,
  object: KubernetesObject,
): Status | undefined {
  const name = object.metadata.namespace;
  if (!name || dns1123Label(name).length > 0) return undefined;
  const namespace = store.get('namespaces', '', name);
  if (!namespace) return notFoundStatus('namespaces', name);
  if (namespace.metadata.deletionTimestamp === undefined) return undefined;
  const why = `unable to create new content in namespace ${name} because it is being terminated`;
  return forbiddenStatus(resource, object.metadata.name, why, [
    {
      reason: 'NamespaceTerminating',
      field: 'metadata.namespace',
      message: `namespace ${name} is being terminated`,
    },
  ]);
}

/** ServiceAccount, DefaultTolerationSeconds and Priority, for a new pod. */
export function admitPod(draft: Mutable<Pod>, random: Random): void {
  const { spec, metadata } = draft;
  const mirror = metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  if (!mirror) {
    spec.serviceAccountName ||= spec.serviceAccount || 'default';
    spec.serviceAccount = spec.serviceAccountName;
    if (spec.automountServiceAccountToken !== false) mountToken(spec, random);
  }
  tolerateForAWhile(spec);
  if (spec.priorityClassName === 'system-node-critical') spec.priority ??= 2000001000;
  else if (spec.priorityClassName === 'system-cluster-critical') spec.priority ??= 2000000000;
  else spec.priority ??= 0;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
}

/** DefaultIngressClass: an Ingress that names no class gets the default one, of which there may be one only. */
export function admitIngress(store: Store, draft: Mutable<Ingress>): Status | undefined {
  const { metadata, spec } = draft;
  if (
    spec?.ingressClassName !== undefined ||
    metadata.annotations?.['kubernetes.io/ingress.class'] !== undefined
  )
    return undefined;
  const defaults = store
    .list('ingressclasses')
    .filter(
      (ingressClass) =>
        ingressClass.metadata.annotations?.['ingressclass.kubernetes.io/is-default-class'] === 'true',
    );
  if (defaults.length > 1) {
    const why = `Internal error occurred: ${defaults.length} default IngressClasses were found, only 1 allowed`;
    return forbiddenStatus('ingresses', metadata.name, why);
  }
  const name = defaults[0]?.metadata.name;
  if (name !== undefined) draft.spec = { ...spec, ingressClassName: name };
  return undefined;
}

/** A pod stays on a node that is not ready or not reachable for five minutes. */
function tolerateForAWhile(spec: Mutable<Pod['spec']>): void {
  const tolerations = spec.tolerations ?? [];
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerated = tolerations.some(
      (toleration) =>
        (toleration.key === key || !toleration.key) &&
        (toleration.effect === 'NoExecute' || !toleration.effect),
    );
    if (!tolerated)
      tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: UNREADY_SECONDS });
  }
  spec.tolerations = tolerations;
}

/** The projected volume with the token that every container may speak to the API server with. */
function mountToken(spec: Mutable<Pod['spec']>, random: Random): void {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const without = containers.filter(
    ({ volumeMounts }) => !volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_PATH),
  );
  if (without.length === 0) return;
  const name = `kube-api-access-${randomSuffix(random)}`;
  for (const container of without)
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath: TOKEN_PATH },
    ];
  spec.volumes = [
    ...(spec.volumes ?? []),
    {
      name,
      projected: {
        defaultMode: 0o644,
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          {
            downwardAPI: {
              items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
            },
          },
        ],
      },
    },
  ];
}
