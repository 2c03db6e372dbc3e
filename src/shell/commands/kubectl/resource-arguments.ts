import { RESOURCES, type ResourceInfo } from '../../../engine/index.ts';

/** What the words after a verb name: objects, or all objects of some types. */
export type ResourceArguments =
  | { readonly ok: true; readonly kind: 'types'; readonly types: readonly ResourceInfo[] }
  | { readonly ok: true; readonly kind: 'names'; readonly targets: readonly NamedTarget[] }
  | { readonly ok: false; readonly message: string };

export interface NamedTarget {
  readonly resource: ResourceInfo;
  readonly name: string;
}

/** `po`, `pod`, `Pods`, `deploy`, `deployments.apps`, `deployments.v1.apps`; undefined: the server has no such type. */
export function findResource(word: string): ResourceInfo | undefined {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest.join('.');
  return RESOURCES.find((resource) => {
    const named =
      resource.name === name ||
      resource.singular === name ||
      resource.shortNames.includes(name) ||
      resource.kind.toLowerCase() === name;
    return (
      named && (group === '' || group === resource.group || group === `${resource.version}.${resource.group}`)
    );
  });
}

/** What kubectl says of a type that is not served; a group or version beside it is left out when the type's version is named. */
export const noSuchType = (word: string) =>
  `the server doesn't have a resource type "${word.replace(/\.v\d\w*(?:\..*)?$/, '')}"`;

/** Reads `TYPE[,TYPE…]`, `TYPE NAME…` and `TYPE/NAME…` as kubectl's resource builder does (cli-runtime/pkg/resource/builder.go). */
export function readResourceArguments(args: readonly string[]): ResourceArguments {
  const [first] = args;
  if (first === undefined) return { ok: true, kind: 'types', types: [] };
  if (args.some((word) => word.includes('/'))) return readSlashed(args);

  const words = first.split(',');
  const types: ResourceInfo[] = [];
  for (const word of words) {
    if (word === 'all') {
      types.push(...RESOURCES.filter(({ inAll }) => inAll));
      continue;
    }
    const resource = findResource(word);
    if (!resource) return { ok: false, message: noSuchType(word) };
    types.push(resource);
  }
  const names = args.slice(1);
  if (names.length === 0) return { ok: true, kind: 'types', types };
  if (types.length > 1) return { ok: false, message: 'you must specify only one resource' };
  if (names.some((name) => name === '')) return { ok: false, message: 'resource name may not be empty' };
  return { ok: true, kind: 'names', targets: names.map((name) => ({ resource: types[0]!, name })) };
}

function readSlashed(args: readonly string[]): ResourceArguments {
  const targets: NamedTarget[] = [];
  for (const word of args) {
    const parts = word.split('/');
    if (parts.length === 1) {
      const message = `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'`;
      return { ok: false, message };
    }
    const [type = '', name = ''] = parts;
    if (parts.length !== 2 || type === '' || name === '')
      return { ok: false, message: 'arguments in resource/name form must have a single resource and name' };
    const resource = findResource(type);
    if (!resource) return { ok: false, message: noSuchType(type) };
    targets.push({ resource, name });
  }
  return { ok: true, kind: 'names', targets };
}

/** `deployment.apps`, `pod`: how kubectl prefixes a name. */
export function printedType(resource: ResourceInfo): string {
  return resource.group === '' ? resource.singular : `${resource.singular}.${resource.group}`;
}

export function printedName(resource: ResourceInfo, name: string): string {
  return `${printedType(resource)}/${name}`;
}

/** The resource of an object, by its apiVersion and kind. */
export function resourceOf(object: {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
}): ResourceInfo | undefined {
  return RESOURCES.find(
    ({ kind, group, version }) =>
      kind === object.kind && object.apiVersion === (group === '' ? version : `${group}/${version}`),
  );
}

/** Where the object of a request lives: '' for cluster-scoped kinds. */
export function namespaceFor(resource: ResourceInfo, namespace: string): string {
  return resource.namespaced ? namespace : '';
}
