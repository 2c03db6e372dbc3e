/** Rules of Pods and pod templates (pkg/apis/core/validation/validation.go, v1.36). */
import type { Pod, PodSpec, PodTemplateSpec, Volume } from '../../api/index.ts';
import {
  dns1123Label,
  dns1123Subdomain,
  dns1123SubdomainWithUnderscore,
  duplicate,
  type FieldError,
  forbidden,
  inRange,
  invalid,
  invalidEach,
  notFound,
  notSupported,
  qualifiedName,
  required,
  tooLong,
} from '../../apimachinery/index.ts';
import { validateLegacyIP } from './addresses.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateHostNetworkPorts,
  validateImageSpaces,
  validateInitContainers,
} from './containers.ts';
import { validateAnnotations, validateLabels } from './object-meta.ts';
import { validateOverhead, validatePodResources } from './resources.ts';
import {
  validateAffinity,
  validateSchedulingGates,
  validateTolerations,
  validateTopologySpread,
} from './scheduling.ts';
import { validatePodSecurityContext } from './security-context.ts';
import { validateVolumes } from './volumes.ts';

const MAX_INT32 = 2147483647;
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_LIST = 2048;
const MAX_HOSTNAME_OVERRIDE = 64;
const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** A new Pod, below its metadata. */
export function validatePod(pod: Pod): FieldError[] {
  const { spec } = pod;
  const errors = validatePodMetadataAndSpec(pod);
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

/** What holds for new Pods and for changed ones. */
export function validatePodMetadataAndSpec({ metadata, spec }: Pod): FieldError[] {
  const errors = [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, true, 'spec'),
  ];
  if (!spec.serviceAccountName) {
    for (const [place, { projected }] of (spec.volumes ?? []).entries()) {
      for (const [position, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
        if (!serviceAccountToken) continue;
        const path = `spec.volumes[${place}].projected.sources[${position}].serviceAccountToken`;
        errors.push(forbidden(path, 'must not be specified when serviceAccountName is not set'));
      }
    }
  }
  for (const field of ['containers', 'initContainers'] as const) {
    for (const [place, container] of (spec[field] ?? []).entries())
      errors.push(...validateImageSpaces(container, `spec.${field}[${place}]`));
  }
  return errors;
}

export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const { labels, annotations } = template.metadata ?? {};
  const spec = template.spec ?? {};
  return [
    ...validateLabels(labels, `${path}.labels`),
    ...validateAnnotations(annotations, `${path}.annotations`),
    ...validatePodAnnotations(annotations, spec, `${path}.annotations`),
    ...validatePodSpec(spec, false, `${path}.spec`),
    ...(spec.ephemeralContainers?.length
      ? [forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ];
}

function validatePodSpec(spec: PodSpec, inPod: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined)
    errors.push(required(`${path}.terminationGracePeriodSeconds`));
  const volumes = validateVolumes(spec.volumes ?? [], `${path}.volumes`);
  errors.push(
    ...volumes.errors,
    ...validateResourceClaims(spec, `${path}.resourceClaims`),
    ...validateContainers(spec, volumes.known, `${path}.containers`),
    ...validateInitContainers(spec, volumes.known, `${path}.initContainers`),
    ...validateEphemeralContainers(spec, volumes.known, `${path}.ephemeralContainers`),
  );
  if (spec.resources && spec.os?.name === 'windows')
    errors.push(forbidden(`${path}.resources`, 'may not be set for a windows pod'));
  else if (spec.resources) {
    const claims = (spec.resourceClaims ?? []).map(({ name }) => name);
    errors.push(...validatePodResources(spec.resources, claims, `${path}.resources`));
  }
  errors.push(
    ...validateHostNetworkPorts(spec, inPod, path),
    ...validateChoice(spec.restartPolicy, RESTART_POLICIES, `${path}.restartPolicy`),
    ...validateChoice(spec.dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${path}.securityContext`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateDnsConfig(spec, `${path}.dnsConfig`),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, place) =>
      invalidEach(
        `${path}.readinessGates[${place}].conditionType`,
        conditionType,
        qualifiedName(conditionType),
      ),
    ),
    ...validateSchedulingGates(spec.schedulingGates ?? [], `${path}.schedulingGates`),
    ...validateTopologySpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
    ...validateHostUsers(spec, path),
    ...validateNames(spec, path),
    ...validateOs(spec, `${path}.os`),
    ...validateFileKeyVolumes(spec, volumes.known, path),
  );
  return errors;
}

function validateNames(spec: PodSpec, path: string): FieldError[] {
  const errors = validateHostnameOverride(spec, `${path}.hostnameOverride`);
  const name = (
    field: 'serviceAccountName' | 'nodeName' | 'priorityClassName' | 'hostname' | 'subdomain',
    rule: typeof dns1123Label,
  ) => {
    const value = spec[field];
    if (value) errors.push(...invalidEach(`${path}.${field}`, value, rule(value)));
  };
  name('serviceAccountName', dns1123Subdomain);
  name('nodeName', dns1123Subdomain);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined)
    errors.push(...invalidEach(`${path}.activeDeadlineSeconds`, deadline, inRange(deadline, 1, MAX_INT32)));
  name('hostname', dns1123Label);
  name('subdomain', dns1123Label);
  errors.push(...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`));
  for (const [place, { ip = '', hostnames = [] }] of (spec.hostAliases ?? []).entries()) {
    const at = `${path}.hostAliases[${place}]`;
    errors.push(...validateLegacyIP(`${at}.ip`, ip));
    for (const [position, host] of hostnames.entries())
      errors.push(...invalidEach(`${at}.hostnames[${position}]`, host, dns1123Subdomain(host)));
  }
  name('priorityClassName', dns1123Subdomain);
  if (spec.runtimeClassName !== undefined) {
    errors.push(
      ...invalidEach(
        `${path}.runtimeClassName`,
        spec.runtimeClassName,
        dns1123Subdomain(spec.runtimeClassName),
      ),
    );
  }
  if (spec.preemptionPolicy !== undefined) {
    errors.push(
      ...validateChoice(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], `${path}.preemptionPolicy`),
    );
  }
  if (spec.overhead) errors.push(...validateOverhead(spec.overhead, `${path}.overhead`));
  return errors;
}

function validateDnsConfig({ dnsPolicy, dnsConfig }: PodSpec, path: string): FieldError[] {
  if (dnsPolicy === 'None') {
    if (!dnsConfig) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (!dnsConfig.nameservers?.length) {
      return [
        required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'),
      ];
    }
  }
  if (!dnsConfig) return [];
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  const errors: FieldError[] = [];
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.push(
      invalid(`${path}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`),
    );
  }
  for (const [place, server] of nameservers.entries())
    errors.push(...validateLegacyIP(`${path}.nameservers[${place}]`, server));
  if (searches.length > MAX_SEARCHES)
    errors.push(
      invalid(`${path}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`),
    );
  if (searches.join(' ').length > MAX_SEARCH_LIST) {
    const detail = `must not have more than ${MAX_SEARCH_LIST} characters (including spaces) in the search list`;
    errors.push(invalid(`${path}.searches`, searches, detail));
  }
  for (const [place, search] of searches.entries()) {
    if (search === '.') continue;
    const domain = search.replace(/\.$/, '');
    errors.push(...invalidEach(`${path}.searches[${place}]`, domain, dns1123SubdomainWithUnderscore(domain)));
  }
  for (const [place, { name }] of options.entries())
    if (!name) errors.push(required(`${path}.options[${place}]`, 'must not be empty'));
  return errors;
}

function validateHostUsers(spec: PodSpec, path: string): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `hostUsers` is false';
  // Upstream spells two of the paths with capital letters.
  return [
    ...(spec.hostNetwork ? [forbidden(`${path}.hostNetwork`, detail)] : []),
    ...(spec.hostPID ? [forbidden(`${path}.HostPID`, detail)] : []),
    ...(spec.hostIPC ? [forbidden(`${path}.HostIPC`, detail)] : []),
  ];
}

function validateHostnameOverride(
  { hostnameOverride, setHostnameAsFQDN, hostNetwork }: PodSpec,
  path: string,
): FieldError[] {
  if (hostnameOverride === undefined) return [];
  const errors: FieldError[] = [];
  if (setHostnameAsFQDN) errors.push(forbidden(path, 'may not be specified when setHostnameAsFQDN is true'));
  if (hostNetwork) errors.push(forbidden(path, 'may not be specified when hostNetwork is true'));
  if (hostnameOverride.length > MAX_HOSTNAME_OVERRIDE) errors.push(tooLong(path, MAX_HOSTNAME_OVERRIDE));
  return [...errors, ...invalidEach(path, hostnameOverride, dns1123Subdomain(hostnameOverride))];
}

function validateOs({ os, securityContext }: PodSpec, path: string): FieldError[] {
  if (!os) return [];
  if (!os.name) return [required(`${path}.name`)];
  if (os.name !== 'linux' && os.name !== 'windows')
    return [notSupported(path, os.name, ['linux', 'windows'])];
  if (os.name === 'windows' || !securityContext?.windowsOptions) return [];
  return [
    forbidden(
      `${path.slice(0, -3)}.securityContext.windowsOptions`,
      'windows options cannot be set for a linux pod',
    ),
  ];
}

function validateResourceClaims({ resourceClaims = [] }: PodSpec, path: string): FieldError[] {
  const names = new Set<string>();
  return resourceClaims.flatMap((claim, place) => {
    const at = `${path}[${place}]`;
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${at}.name`));
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else errors.push(...invalidEach(`${at}.name`, name, dns1123Label(name)));
    names.add(name);
    const shown = {
      Name: name,
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    };
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      errors.push(
        invalid(
          at,
          shown,
          'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
        ),
      );
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(
        invalid(at, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'),
      );
    }
    for (const [field, value] of Object.entries({ resourceClaimName, resourceClaimTemplateName })) {
      if (value !== undefined) errors.push(...invalidEach(`${at}.${field}`, value, dns1123Subdomain(value)));
    }
    return errors;
  });
}

/** A variable from a file needs the emptyDir that the file is in. */
function validateFileKeyVolumes(
  spec: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  path: string,
): FieldError[] {
  return (['initContainers', 'containers'] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap(({ env }, place) =>
      (env ?? []).flatMap(({ valueFrom }, position) => {
        const volumeName = valueFrom?.fileKeyRef?.volumeName;
        if (volumeName === undefined) return [];
        const at = `${path}.${field}[${place}].env[${position}].valueFrom.fileKeyRef.volumeName`;
        const volume = volumes.get(volumeName);
        if (!volume) return [notFound(at, volumeName)];
        return volume.emptyDir ? [] : [invalid(at, volumeName, 'referenced volume must be of type emptyDir')];
      }),
    ),
  );
}

export function validatePodAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotations?.[MIRROR];
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(
      invalid(`${path}[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'),
    );
  }
  const cost = annotations?.[DELETION_COST];
  const badCost =
    cost !== undefined && (!/^(0|-?[1-9]\d{0,9})$/.test(cost) || Math.abs(Number(cost)) > MAX_INT32);
  if (badCost) errors.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  return errors;
}

function validateChoice(value: string | undefined, choices: readonly string[], path: string): FieldError[] {
  if (!value) return [required(path)];
  return choices.includes(value) ? [] : [notSupported(path, value, choices)];
}
