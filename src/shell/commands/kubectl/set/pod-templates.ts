import {
  type Container,
  type Deployment,
  type KubernetesObject,
  mergeSchemaOf,
  type PodSpec,
  threeWayMergePatch,
} from '../../../../engine/index.ts';
import { eachObject, sendPatch } from '../each-object.ts';
import { FLAG, type KubectlContext } from '../kubectl-command.ts';
import type { Found } from '../print-objects.ts';

/** Flags that every `kubectl set` takes. */
export const SET_FLAGS = [
  FLAG.filename,
  FLAG.selector,
  FLAG.dryRun,
  FLAG.output,
  FLAG.fieldManager,
  { name: 'all', help: 'All objects of the type' },
] as const;

export const CONTAINERS_FLAG = {
  name: 'containers',
  short: 'c',
  value: 'NAMES',
  help: 'Only containers of this name, which may hold a *',
} as const;

/** The pod that an object is or makes; undefined: it makes none (polymorphichelpers.UpdatePodSpecForObjectFn). */
export function podSpecOf(object: KubernetesObject): PodSpec | undefined {
  const { spec } = object as {
    readonly spec?: PodSpec & { readonly template?: { readonly spec?: PodSpec } };
  };
  if (object.kind === 'Pod') return spec;
  return ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'].includes(object.kind)
    ? spec?.template?.spec
    : undefined;
}

/** What is to be different about a container; undefined: nothing. */
export type ContainerChange = (container: Container) => Partial<Container> | undefined;

export interface Templates {
  /** `image updated` */
  readonly verb: string;
  readonly failing: string;
}

/** Changes containers of what the words mean; `problems` are told after each object. */
export function changeContainers(
  context: KubectlContext,
  resources: readonly string[],
  options: Templates,
  plan: (
    spec: PodSpec,
    found: Found,
  ) => { readonly change: ContainerChange; readonly problems: readonly string[] } | undefined,
): Promise<number> {
  return eachObject(context, resources, (found) => {
    const spec = podSpecOf(found.object);
    const { resource, object } = found;
    if (!spec) {
      context.err(
        `error: ${resource.name}/${object.metadata.name} the object is not a pod or does not have a pod template: *v1.${object.kind}`,
      );
      return 1;
    }
    const planned = plan(spec, found);
    if (!planned) return 0;
    const changed = (containers: readonly Container[]) =>
      containers.map((container) => ({ ...container, ...planned.change(container) }));
    const sent = sendPodSpec(
      context,
      found,
      {
        ...spec,
        containers: changed(spec.containers),
        ...(spec.initContainers && { initContainers: changed(spec.initContainers) }),
      },
      options,
    );
    return context.failAll(planned.problems) || sent;
  });
}

/** Patches what differs between the pod that an object makes and the one that it should make; nothing differs: no word. */
export function sendPodSpec(
  context: KubectlContext,
  found: Found,
  wanted: PodSpec,
  { verb, failing }: Templates,
): number {
  const { object } = found;
  const modified = (
    object.kind === 'Pod' ? { ...object, spec: wanted } : withTemplate(object as Deployment, wanted)
  ) as KubernetesObject;
  const patch = threeWayMergePatch(object, modified, object, mergeSchemaOf(object.kind));
  return Object.keys(patch).length === 0
    ? 0
    : sendPatch(context, found, { type: 'strategic', patch, verb, failing });
}

function withTemplate(object: Deployment, wanted: PodSpec): KubernetesObject {
  const template = { ...object.spec.template, spec: wanted };
  return { ...object, spec: { ...object.spec, template } } as KubernetesObject;
}

/** `-c 'web*'`: whether a container's name is meant. */
export function namePattern(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}
