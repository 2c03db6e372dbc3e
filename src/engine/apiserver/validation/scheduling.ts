/** Rules of what places a pod: affinity, tolerations, spread, gates (pkg/apis/core/validation/validation.go, v1.36). */
import type {
  Affinity,
  LabelSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from '../../api/index.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  labelValue,
  notSupported,
  qualifiedName,
  required,
} from '../../apimachinery/index.ts';
import { validateLabelSelector } from './object-meta.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function validateAffinity(affinity: Affinity | undefined, path: string): FieldError[] {
  if (!affinity) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, `${path}.nodeAffinity`) : []),
    ...(podAffinity ? validatePodAffinity(podAffinity, `${path}.podAffinity`) : []),
    ...(podAntiAffinity ? validatePodAffinity(podAntiAffinity, `${path}.podAntiAffinity`) : []),
  ];
}

export function validateTolerations(tolerations: readonly Toleration[], path: string): FieldError[] {
  return tolerations.flatMap(({ key = '', operator, value = '', effect, tolerationSeconds }, place) => {
    const at = `${path}[${place}]`;
    const errors = key === '' ? [] : invalidEach(`${at}.key`, key, qualifiedName(key));
    if (key === '' && operator !== 'Exists') {
      const detail =
        'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${at}.operator`, operator ?? '', detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(
        invalid(`${at}.effect`, effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      );
    }
    if (operator === 'Equal' || !operator) {
      const complaints = labelValue(value);
      if (complaints.length > 0) errors.push(invalid(`${at}.operator`, value, complaints.join(';')));
    } else if (operator === 'Exists') {
      if (value !== '')
        errors.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else errors.push(notSupported(`${at}.operator`, operator, ['Equal', 'Exists']));
    if (effect) errors.push(...validateTaintEffect(effect, `${at}.effect`));
    return errors;
  });
}

export function validateTaintEffect(effect: string, path: string): FieldError[] {
  return EFFECTS.includes(effect) ? [] : [notSupported(path, effect, EFFECTS)];
}

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[],
  path: string,
): FieldError[] {
  return constraints.flatMap((constraint, place) => {
    const at = `${path}[${place}]`;
    const {
      maxSkew = 0,
      topologyKey = '',
      whenUnsatisfiable = '',
      minDomains,
      labelSelector,
      matchLabelKeys,
    } = constraint;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'must be greater than zero'));
    if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'));
    const actions = ['DoNotSchedule', 'ScheduleAnyway'];
    if (!actions.includes(whenUnsatisfiable))
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    const again = constraints
      .slice(place + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (again)
      errors.push(
        duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`),
      );
    if (minDomains !== undefined) {
      if (minDomains <= 0) errors.push(invalid(`${at}.minDomains`, minDomains, 'must be greater than zero'));
      if (whenUnsatisfiable !== 'DoNotSchedule') {
        const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
        errors.push(invalid(`${at}.minDomains`, minDomains, detail));
      }
    }
    for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const policy = constraint[field];
      if (policy !== undefined && policy !== 'Honor' && policy !== 'Ignore')
        errors.push(notSupported(`${at}.${field}`, policy, ['Honor', 'Ignore']));
    }
    errors.push(...validateLabelKeys(labelSelector, matchLabelKeys, undefined, at));
    return [...errors, ...validateLabelSelector(labelSelector, `${at}.labelSelector`)];
  });
}

export function validateSchedulingGates(
  gates: readonly { readonly name: string }[],
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }, place) => {
    const errors = invalidEach(`${path}[${place}]`, name, qualifiedName(name));
    if (seen.has(name)) errors.push(duplicate(`${path}[${place}]`, name));
    seen.add(name);
    return errors;
  });
}

function validateNodeAffinity(affinity: NonNullable<Affinity['nodeAffinity']>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (affinity[REQUIRED]) {
    const terms = affinity[REQUIRED].nodeSelectorTerms ?? [];
    const at = `${path}.${REQUIRED}.nodeSelectorTerms`;
    if (terms.length === 0) errors.push(required(at, 'must have at least one node selector term'));
    for (const [place, term] of terms.entries()) errors.push(...validateTerm(term, true, `${at}[${place}]`));
  }
  for (const [place, { weight = 0, preference = {} }] of (affinity[PREFERRED] ?? []).entries()) {
    const at = `${path}.${PREFERRED}[${place}]`;
    errors.push(...validateWeight(weight, at), ...validateTerm(preference, false, `${at}.preference`));
  }
  return errors;
}

function validateTerm(term: NodeSelectorTerm, checkValues: boolean, path: string): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((requirement, place) =>
      validateNodeRequirement(requirement, checkValues, `${path}.matchExpressions[${place}]`),
    ),
    ...(term.matchFields ?? []).flatMap((requirement, place) =>
      validateFieldRequirement(requirement, `${path}.matchFields[${place}]`),
    ),
  ];
}

function validateNodeRequirement(
  { key = '', operator, values = [] }: NodeSelectorRequirement,
  checkValues: boolean,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(
          required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
        );
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  }
  errors.push(...invalidEach(`${path}.key`, key, qualifiedName(key)));
  if (checkValues)
    for (const [place, value] of values.entries())
      errors.push(...invalidEach(`${path}.values[${place}]`, value, labelValue(value)));
  return errors;
}

function validateFieldRequirement(
  { key = '', operator, values = [] }: NodeSelectorRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  else if (values.length !== 1) {
    errors.push(
      required(
        `${path}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  }
  if (key !== 'metadata.name')
    return [...errors, invalid(`${path}.key`, key, 'not a valid field selector key')];
  return [
    ...errors,
    ...values.flatMap((value, place) =>
      invalidEach(`${path}.values[${place}]`, value, dns1123Subdomain(value)),
    ),
  ];
}

/** Also of pod anti-affinity. */
function validatePodAffinity(affinity: PodAffinity, path: string): FieldError[] {
  return [
    ...(affinity[REQUIRED] ?? []).flatMap((term, place) =>
      validatePodAffinityTerm(term, `${path}.${REQUIRED}[${place}]`),
    ),
    ...(affinity[PREFERRED] ?? []).flatMap(({ weight = 0, podAffinityTerm }, place) => {
      const at = `${path}.${PREFERRED}[${place}]`;
      return [
        ...validateWeight(weight, at),
        ...validatePodAffinityTerm(podAffinityTerm, `${at}.podAffinityTerm`),
      ];
    }),
  ];
}

function validatePodAffinityTerm(term: PodAffinityTerm, path: string): FieldError[] {
  const { topologyKey = '', labelSelector, namespaceSelector, namespaces = [] } = term;
  return [
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...namespaces.flatMap((name) => invalidEach(`${path}.namespace`, name, dns1123Label(name))),
    ...validateLabelKeys(labelSelector, term.matchLabelKeys, term.mismatchLabelKeys, path),
    ...(topologyKey === '' ? [required(`${path}.topologyKey`, 'can not be empty')] : []),
    ...invalidEach(`${path}.topologyKey`, topologyKey, qualifiedName(topologyKey)),
  ];
}

function validateLabelKeys(
  selector: LabelSelector | undefined,
  matching: readonly string[] = [],
  mismatching: readonly string[] = [],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [field, keys] of [
    ['matchLabelKeys', matching],
    ['mismatchLabelKeys', mismatching],
  ] as const) {
    if (keys.length === 0) continue;
    if (!selector)
      errors.push(forbidden(`${path}.${field}`, 'must not be specified when labelSelector is not set'));
    else
      for (const [place, key] of keys.entries())
        errors.push(...invalidEach(`${path}.${field}[${place}]`, key, qualifiedName(key)));
  }
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const place = matching.lastIndexOf(key);
    if (place >= 0 && seen.has(key))
      errors.push(invalid(`${path}[${place}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  for (const [place, key] of matching.entries()) {
    if (!mismatching.includes(key)) continue;
    errors.push(
      invalid(`${path}.matchLabelKeys[${place}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'),
    );
  }
  return errors;
}

function validateWeight(weight: number, path: string): FieldError[] {
  return weight > 0 && weight <= 100 ? [] : [invalid(`${path}.weight`, weight, 'must be in the range 1-100')];
}
