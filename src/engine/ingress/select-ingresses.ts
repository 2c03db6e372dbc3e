import type { HTTPIngressPath, Ingress, IngressClass } from '../api/index.ts';
import { type Annotations, parseAnnotations } from './annotations.ts';
import type { ControllerMessage } from './configuration.ts';

/** Whose Ingresses a controller takes: its command line. */
export interface ClassOptions {
  /** --controller-class: `k8s.io/ingress-nginx`. */
  readonly controller: string;
  /** --ingress-class: the value of the old annotation. */
  readonly annotation: string;
  /** --watch-ingress-without-class */
  readonly withoutClass: boolean;
}

export const DEFAULT_CLASS: ClassOptions = {
  controller: 'k8s.io/ingress-nginx',
  annotation: 'nginx',
  withoutClass: false,
};

/** An Ingress that the controller serves, with the defaults that it fills in. */
export interface SelectedIngress {
  readonly ingress: Ingress;
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Annotations;
  readonly rules: readonly SelectedRule[];
}

export interface SelectedRule {
  /** Lower case as written; `_` when the rule names none. */
  readonly host: string;
  /** Absent: the rule has no `http`. */
  readonly paths?: readonly SelectedPath[];
}

export interface SelectedPath {
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix';
  readonly backend: HTTPIngressPath['backend'];
  readonly field: string;
}

/**
 * The Ingresses of this controller's classes, oldest first; of two of the same second the later in the alphabet is
 * first, as in life. Models store.GetIngressClass, syncIngress and sortIngressSlice (internal/ingress/controller/store).
 */
export function selectIngresses(
  ingresses: readonly Ingress[],
  classes: readonly IngressClass[],
  options: ClassOptions,
): { readonly selected: readonly SelectedIngress[]; readonly messages: readonly ControllerMessage[] } {
  const own = new Set(
    classes
      .filter(({ spec }) => spec?.controller === options.controller)
      .map(({ metadata }) => metadata.name),
  );
  const messages: ControllerMessage[] = [];
  const taken = ingresses.filter((ingress) => {
    const refusal = refuse(ingress, own, options);
    if (refusal !== undefined) {
      const key = `"${ingress.metadata.namespace}/${ingress.metadata.name}"`;
      const text = `"Ignoring ingress because of error while validating ingress class" ingress=${key} error="${refusal}"`;
      messages.push({ level: 'I', at: 'store.go:443', text });
    }
    return refusal === undefined;
  });
  return { selected: taken.toSorted(byAge).map(withDefaults), messages };
}

function refuse(
  { spec, metadata }: Ingress,
  own: ReadonlySet<string>,
  { annotation, withoutClass }: ClassOptions,
): string | undefined {
  if (spec?.ingressClassName !== undefined) {
    if (own.has(spec.ingressClassName)) return undefined;
    return `no object matching key \\"${spec.ingressClassName}\\" in local store`;
  }
  const old = metadata.annotations?.['kubernetes.io/ingress.class'];
  if (old !== undefined) {
    if (old === annotation) return undefined;
    return 'ingress class annotation is not equal to the expected by Ingress Controller';
  }
  return withoutClass ? undefined : 'ingress does not contain a valid IngressClass';
}

function byAge({ metadata: a }: Ingress, { metadata: b }: Ingress): number {
  const [first, second] = [a.creationTimestamp ?? '', b.creationTimestamp ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return `${a.namespace}/${a.name}` > `${b.namespace}/${b.name}` ? -1 : 1;
}

/** An empty path is `/`, and every type but Exact is Prefix. */
function withDefaults(ingress: Ingress): SelectedIngress {
  const { metadata, spec } = ingress;
  const rules = (spec?.rules ?? []).map(({ host, http }, rule): SelectedRule => {
    const paths = http?.paths.map(
      ({ path, pathType, backend }, index): SelectedPath => ({
        path: path || '/',
        pathType: pathType === 'Exact' ? 'Exact' : 'Prefix',
        backend,
        field: `spec.rules[${rule}].http.paths[${index}]`,
      }),
    );
    return { host: host || '_', ...(paths && { paths }) };
  });
  return {
    ingress,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    annotations: parseAnnotations(metadata.annotations),
    rules,
  };
}
