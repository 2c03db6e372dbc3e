/** What the server warns of in a pod that it takes nevertheless (pkg/api/pod/warnings.go, v1.36). */
import type {
  Affinity,
  Container,
  NodeSelectorTerm,
  ObjectMeta,
  PodAffinity,
  PodSpec,
} from '../../api/index.ts';
import { formatQuantity, goQuote, labelValue, quantityOf } from '../../apimachinery/index.ts';
import { warningsForIP } from './addresses.ts';
import { type PlacedContainer, portWarnings } from './port-warnings.ts';
import { volumeWarnings } from './volume-warnings.ts';

/** pkg/api/node/util.go. */
const DEPRECATED_NODE_LABELS = new Map([
  ['beta.kubernetes.io/arch', 'deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ['beta.kubernetes.io/os', 'deprecated since v1.14; use "kubernetes.io/os" instead'],
  [
    'failure-domain.beta.kubernetes.io/region',
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  ],
  [
    'failure-domain.beta.kubernetes.io/zone',
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  [
    'beta.kubernetes.io/instance-type',
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  ],
  ['app.kubernetes.io/created-by', 'deprecated since v1.9'],
  [
    'scheduler.alpha.kubernetes.io/preferAvoidPods',
    'deprecated since v1.22; use Taints and Tolerations instead',
  ],
  ['node-role.kubernetes.io/master', 'use "node-role.kubernetes.io/control-plane" instead'],
]);

const DEPRECATED_ANNOTATIONS = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
] as const;

const MEASURED_IN_BYTES = ['memory', 'ephemeral-storage'];
const NANO = 1_000_000_000n;

/** The warnings for a pod, or for a template at `path`. */
export function podWarnings(
  spec: PodSpec | undefined,
  metadata: Partial<ObjectMeta> | undefined,
  path = '',
): string[] {
  if (!spec) return [];
  const at = path === '' ? 'spec' : `${path}.spec`;
  const annotations = metadata?.annotations ?? {};
  const containers = placedContainers(spec, at);
  return [
    ...nodeLabelWarnings(spec, at),
    ...spreadWarnings(spec, at),
    ...DEPRECATED_ANNOTATIONS.filter(([name]) => annotations[name] !== undefined).map(
      ([name, why]) => `${path === '' ? '' : `${path}.`}metadata.annotations[${name}]: ${why}`,
    ),
    ...volumeWarnings(spec.volumes ?? [], `${at}.volumes`),
    ...repeated(spec.hostAliases ?? [], 'ip', `${at}.hostAliases`),
    ...repeated(spec.imagePullSecrets ?? [], 'name', `${at}.imagePullSecrets`),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, place) =>
      name ? [] : [`${at}.imagePullSecrets[${place}].name: invalid empty name ""`],
    ),
    ...fractionWarnings(spec.overhead, `${at}.overhead`),
    ...containers.flatMap(containerWarnings),
    ...portWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...podAffinityWarnings(spec.affinity?.podAffinity, `${at}.affinity.podAffinity`),
    ...podAffinityWarnings(spec.affinity?.podAntiAffinity, `${at}.affinity.podAntiAffinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((address, place) =>
      warningsForIP(`${at}.dnsConfig.nameservers[${place}]`, address),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, place) =>
      warningsForIP(`${at}.hostAliases[${place}].ip`, ip),
    ),
  ];
}

/** In the order of VisitContainersWithPath. */
function placedContainers(spec: PodSpec, path: string): PlacedContainer[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).map((container, place) => ({ container, path: `${path}.${field}[${place}]` })),
  );
}

function nodeLabelWarnings({ nodeSelector, affinity }: PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const label of Object.keys(nodeSelector ?? {})) {
    const why = DEPRECATED_NODE_LABELS.get(label);
    if (why) warnings.push(`${path}.nodeSelector[${label}]: ${why}`);
  }
  return [...warnings, ...nodeAffinityWarnings(affinity?.nodeAffinity, `${path}.affinity.nodeAffinity`)];
}

function nodeAffinityWarnings(affinity: Affinity['nodeAffinity'], path: string): string[] {
  const needed = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const wanted = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...needed.flatMap((term, place) =>
      termWarnings(
        term,
        false,
        `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${place}]`,
      ),
    ),
    ...wanted.flatMap(({ preference }, place) =>
      termWarnings(
        preference,
        true,
        `${path}.preferredDuringSchedulingIgnoredDuringExecution[${place}].preference`,
      ),
    ),
  ];
}

function termWarnings(term: NodeSelectorTerm | undefined, checkValues: boolean, path: string): string[] {
  return (term?.matchExpressions ?? []).flatMap(({ key, values = [] }, place) => {
    const at = `${path}.matchExpressions[${place}]`;
    const why = DEPRECATED_NODE_LABELS.get(key);
    const warnings = why ? [`${at}.key: ${key} is ${why}`] : [];
    if (!checkValues) return warnings;
    for (const [position, value] of values.entries()) {
      warnings.push(
        ...labelValue(value).map((message) => `${at}.values[${position}]: ${value} is invalid, ${message}`),
      );
    }
    return warnings;
  });
}

function spreadWarnings({ topologySpreadConstraints = [] }: PodSpec, path: string): string[] {
  return topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, place) => {
    const at = `${path}.topologySpreadConstraints[${place}]`;
    const why = DEPRECATED_NODE_LABELS.get(topologyKey);
    return [
      ...(why ? [`${at}.topologyKey: ${topologyKey} is ${why}`] : []),
      ...(labelSelector ? [] : [nullSelector(at)]),
    ];
  });
}

function podAffinityWarnings(affinity: PodAffinity | undefined, path: string): string[] {
  const needed = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const wanted = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...needed.flatMap(({ labelSelector }, place) =>
      labelSelector ? [] : [nullSelector(`${path}.requiredDuringSchedulingIgnoredDuringExecution[${place}]`)],
    ),
    ...wanted.flatMap(({ podAffinityTerm }, place) =>
      podAffinityTerm?.labelSelector
        ? []
        : [nullSelector(`${path}.preferredDuringSchedulingIgnoredDuringExecution[${place}].podAffinityTerm`)],
    ),
  ];
}

function nullSelector(path: string): string {
  return `${path}.labelSelector: a null labelSelector results in matching no pod`;
}

function containerWarnings({ container, path }: PlacedContainer): string[] {
  return [
    ...fractionWarnings(container.resources?.limits, `${path}.resources.limits`, ['memory']),
    ...fractionWarnings(container.resources?.requests, `${path}.resources.requests`, ['memory']),
    ...fractionWarnings(container.resources?.limits, `${path}.resources.limits`, ['ephemeral-storage']),
    ...fractionWarnings(container.resources?.requests, `${path}.resources.requests`, ['ephemeral-storage']),
    ...envWarnings(container, path),
  ];
}

function fractionWarnings(
  amounts: Readonly<Record<string, string>> | undefined,
  path: string,
  resources: readonly string[] = MEASURED_IN_BYTES,
): string[] {
  return resources.flatMap((resource) => {
    const text = amounts?.[resource];
    if (text === undefined) return [];
    const quantity = quantityOf(text);
    if (quantity.nanos % NANO === 0n) return [];
    const value = goQuote(formatQuantity(quantity));
    return [`${path}[${resource}]: fractional byte value ${value} is invalid, must be an integer`];
  });
}

/** A second variable of one name is fine only where it builds on the first: `apply` merges the list by name. */
function envWarnings({ env = [] }: Container, path: string): string[] {
  const names = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, place) => {
    const isFirst = !names.has(name);
    names.add(name);
    const reference = `$(${name})`;
    const buildsOnIt = !valueFrom && value !== reference && value.includes(reference);
    if (isFirst || buildsOnIt) return [];
    return [
      `${path}.env[${place}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`,
    ];
  });
}

function repeated<Field extends string>(
  items: readonly { readonly [field in Field]?: string }[],
  field: Field,
  path: string,
): string[] {
  const seen = new Set<string>();
  return items.flatMap((item, place) => {
    const value = item[field] ?? '';
    if (seen.has(value)) return [`${path}[${place}].${field}: duplicate ${field} ${goQuote(value)}`];
    seen.add(value);
    return [];
  });
}
