/** The admission plugins of a kubeadm cluster that change or refuse objects (plugin/pkg/admission, v1.36). */
import type { Ingress, KubernetesObject, Node, Pod, ResourceName } from '../api/index.ts';
import { dns1123Label, type Random, randomSuffix, type Status } from '../apimachinery/index.ts';
import type { Mutable } from './mutable.ts';
import { forbiddenStatus, notFoundStatus } from './statuses.ts';
import type { Store } from './store.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const DEFAULT_ACCOUNT = 'default';
/** The classes that every cluster has. */
const PRIORITY_CLASSES: Readonly<Record<string, number | undefined>> = {
  __proto__: null as never,
  'system-cluster-critical': 2000000000,
  'system-node-critical': 2000001000,
};
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

/** ServiceAccount, Priority, DefaultTolerationSeconds and RuntimeClass, for a new pod. Answers why it is refused. */
export function admitPod(store: Store, draft: Mutable<Pod>, random: Random): Status | undefined {
  const { spec, metadata } = draft;
  // The name is made from generateName only later.
  const name = metadata.name || (metadata.generateName ?? '');
  const mirror = metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
  if (!mirror) {
    spec.serviceAccountName ||= DEFAULT_ACCOUNT;
    spec.serviceAccount = spec.serviceAccountName;
    if (spec.automountServiceAccountToken !== false) mountToken(spec, random);
  }
  const account = spec.serviceAccountName ?? '';
  const namespace = metadata.namespace ?? '';
  // The real plugin waits a second for the default account, which its controller makes; that always comes in time.
  if (!mirror && account !== DEFAULT_ACCOUNT && !store.get('serviceaccounts', namespace, account)) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    return forbiddenStatus('pods', name, why);
  }
  const wrong = prioritize(spec);
  if (wrong) return forbiddenStatus('pods', name, wrong);
  tolerateForAWhile(spec);
  if (spec.runtimeClassName === undefined) return undefined;
  return forbiddenStatus('pods', name, `pod rejected: RuntimeClass "${spec.runtimeClassName}" not found`);
}

/** RuntimeClass, of which there is none here; it looks when everything else has been found good. */
export function admitValidPod({ metadata, spec }: Pod): Status | undefined {
  if (spec.overhead === undefined) return undefined;
  const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
  return forbiddenStatus('pods', metadata.name, why);
}

/** DefaultTolerationSeconds and Priority, for a pod that changes: what they once set stays. */
export function admitPodUpdate({ spec }: Mutable<Pod>, old: Pod): void {
  if (old.spec.priority !== undefined) spec.priority ??= old.spec.priority;
  if (old.spec.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.spec.preemptionPolicy;
  tolerateForAWhile(spec);
}

/** TaintNodesByCondition: nothing is placed on a new node before it has said that it is ready. */
export function admitNode(draft: Mutable<Node>): void {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;
  const taints = draft.spec.taints ?? [];
  if (!taints.some(({ key, effect }) => key === taint.key && effect === taint.effect)) taints.push(taint);
  draft.spec.taints = taints;
}

/** Priority: only the two classes that every cluster has are there. Answers why the pod is refused. */
function prioritize(spec: Mutable<Pod['spec']>): string | undefined {
  const name = spec.priorityClassName ?? '';
  const priority = name === '' ? 0 : PRIORITY_CLASSES[name];
  if (priority === undefined) return `no PriorityClass with name ${name} was found`;
  if (spec.priority !== undefined && spec.priority !== priority)
    return `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
  spec.priority = priority;
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== 'PreemptLowerPriority')
    return `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name`;
  spec.preemptionPolicy = 'PreemptLowerPriority';
  return undefined;
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
