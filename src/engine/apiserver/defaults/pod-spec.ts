/** Defaults of pods and pod templates (pkg/apis/core/v1/defaults.go, v1.36). */
import type { Container, Pod, PodSpec, Probe } from '../../api/index.ts';
import type { Mutable } from '../mutable.ts';
import { imageTag } from './image-tag.ts';

/** What holds for every pod spec, in a Pod or in a template. */
export function defaultPodSpec(spec: Mutable<PodSpec>): void {
  // The old name of serviceAccountName: whichever was said is said by both (Convert_v1_PodSpec_To_core_PodSpec).
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  // GenericWorkload is off.
  delete (spec as { schedulingGroup?: unknown }).schedulingGroup;
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  if (spec.hostNetwork) defaultHostPorts(spec);
  for (const container of containersOf(spec)) defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

/** What holds for a Pod alone. */
export function defaultPod(pod: Mutable<Pod>): void {
  const { spec } = pod;
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  if (spec.resources?.limits) defaultPodRequests(spec.resources);
  for (const { resources } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    if (!resources?.limits) continue;
    resources.requests ??= {};
    for (const [name, quantity] of Object.entries(resources.limits)) {
      if (!Object.hasOwn(resources.requests, name)) resources.requests[name] = quantity;
    }
  }
}

/** A pod's own limits are its requests too, for the resources that a pod may limit as a whole. */
function defaultPodRequests(resources: Mutable<NonNullable<PodSpec['resources']>>): void {
  for (const [name, quantity] of Object.entries(resources.limits ?? {})) {
    const whole = name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
    if (!whole || resources.requests?.[name] !== undefined) continue;
    resources.requests = { ...resources.requests, [name]: quantity };
  }
}

function defaultContainer(container: Mutable<Container>): void {
  container.imagePullPolicy ||= imageTag(container.image ?? '') === 'latest' ? 'Always' : 'IfNotPresent';
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const { valueFrom } of container.env ?? [])
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe])
    if (probe) defaultProbe(probe);
  dropStopSignal(container);
  for (const handler of [container.lifecycle?.preStop, container.lifecycle?.postStart])
    defaultHttpGet(handler?.httpGet);
}

/** ContainerStopSignals is off (dropContainerStopSignals, pkg/api/pod/util.go). */
function dropStopSignal(container: Mutable<Container>): void {
  const { lifecycle } = container;
  if (lifecycle?.stopSignal === undefined) return;
  delete lifecycle.stopSignal;
  if (Object.keys(lifecycle).length === 0) delete container.lifecycle;
}

function defaultProbe(probe: Mutable<Probe>): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHttpGet(action: Mutable<NonNullable<Probe['httpGet']>> | undefined): void {
  if (!action) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

/** With the node's network, every container port is a port of the node. */
function defaultHostPorts(spec: Mutable<PodSpec>): void {
  for (const { ports } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
    for (const port of ports ?? []) port.hostPort ||= port.containerPort;
  }
}

function defaultVolume(volume: Mutable<NonNullable<PodSpec['volumes']>[number]>): void {
  if (Object.keys(volume).every((member) => member === 'name')) volume.emptyDir = {};
  if (volume.secret) volume.secret.defaultMode ??= 0o644;
  if (volume.configMap) volume.configMap.defaultMode ??= 0o644;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= 0o644;
    for (const { fieldRef } of volume.downwardAPI.items ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1';
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= 0o644;
    for (const source of volume.projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
      for (const { fieldRef } of source.downwardAPI?.items ?? []) if (fieldRef) fieldRef.apiVersion ||= 'v1';
    }
  }
  if (volume.hostPath) volume.hostPath.type ??= '';
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim) claim.spec = { volumeMode: 'Filesystem', ...claim.spec };
}

function containersOf(spec: Mutable<PodSpec>): Mutable<Container>[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
}
