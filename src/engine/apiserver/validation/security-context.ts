/** Rules of security contexts (pkg/apis/core/validation/validation.go, v1.36). */
import type { PodSpec, SeccompProfile, SecurityContext } from '../../api/index.ts';
import {
  duplicate,
  type FieldError,
  inRange,
  invalid,
  invalidEach,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/index.ts';
import { validateLocalDescendingPath } from './paths.ts';

const MAX_ID = 2147483647;
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `^(${SEGMENT}[\\./])*${SEGMENT}$`;
const SYSCTL_LENGTH = 253;
const APPARMOR_PATH_LENGTH = 4095;

/** `spec.securityContext`; path is its own. Where a field stands in the pod's spec, upstream still names it in here. */
export function validatePodSecurityContext(spec: PodSpec, path: string): FieldError[] {
  const context = spec.securityContext;
  if (!context) return [];
  const errors = validateIds(context, path, ['fsGroup', 'runAsUser', 'runAsGroup']);
  for (const [place, group] of (context.supplementalGroups ?? []).entries()) {
    errors.push(...invalidEach(`${path}.supplementalGroups[${place}]`, group, inRange(group, 0, MAX_ID)));
  }
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.push(
      invalid(
        `${path}.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  }
  errors.push(...validateSysctls(spec, `${path}.sysctls`));
  errors.push(
    ...validateChoice(
      context.fsGroupChangePolicy,
      ['Always', 'OnRootMismatch'],
      `${path}.fsGroupChangePolicy`,
    ),
  );
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  errors.push(...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`));
  errors.push(
    ...validateChoice(
      context.supplementalGroupsPolicy,
      ['Merge', 'Strict'],
      `${path}.supplementalGroupsPolicy`,
    ),
  );
  errors.push(
    ...validateChoice(
      context.seLinuxChangePolicy,
      // MountOption needs SELinuxMount, which is off.
      ['Recursive'],
      `${path}.seLinuxChangePolicy`,
    ),
  );
  return errors;
}

/** A container's own. `hostUsers`: the pod has no user namespace of its own. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  hostUsers: boolean,
  path: string,
): FieldError[] {
  if (!context) return [];
  const errors = validateIds(context, path, ['runAsUser', 'runAsGroup']);
  const { procMount } = context;
  if (procMount !== undefined && procMount !== 'Default' && procMount !== 'Unmasked') {
    errors.push(notSupported(`${path}.procMount`, procMount, ['Default', 'Unmasked']));
  }
  if (procMount === 'Unmasked' && hostUsers)
    errors.push(invalid(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    const contradicts = (what: string) =>
      errors.push(
        invalid(
          path,
          goSecurityContext(context),
          `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
        ),
      );
    if (context.privileged) contradicts('`privileged` to true');
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) contradicts('`capabilities.Add` CAP_SYS_ADMIN');
  }
  return [...errors, ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
}

function validateIds(
  context: Readonly<Record<string, unknown>> | object,
  path: string,
  fields: readonly string[],
): FieldError[] {
  return fields.flatMap((field) => {
    const value = (context as Readonly<Record<string, unknown>>)[field];
    return typeof value === 'number' ? invalidEach(`${path}.${field}`, value, inRange(value, 0, MAX_ID)) : [];
  });
}

function validateChoice(value: string | undefined, choices: readonly string[], path: string): FieldError[] {
  return value === undefined || choices.includes(value) ? [] : [notSupported(path, value, choices)];
}

function validateSeccomp(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const errors = validateProfileType(profile.type, `${path}.type`, 'seccompProfile');
  if (profile.type !== 'Localhost') {
    if (profile.localhostProfile === undefined) return errors;
    const shown = { Type: profile.type ?? '', LocalhostProfile: profile.localhostProfile };
    return [
      ...errors,
      invalid(`${path}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost'),
    ];
  }
  if (profile.localhostProfile === undefined) {
    return [...errors, required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost')];
  }
  return [...errors, ...validateLocalDescendingPath(profile.localhostProfile, `${path}.localhostProfile`)];
}

function validateAppArmor(profile: SeccompProfile | undefined, path: string): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  const missing = required(at, 'must be set when AppArmor type is Localhost');
  if (type === 'Localhost') {
    if (localhostProfile === undefined) return [missing];
    const errors: FieldError[] = [];
    if (localhostProfile.trim() !== localhostProfile)
      errors.push(invalid(at, localhostProfile, 'must not be padded with whitespace'));
    else if (localhostProfile === '') errors.push(missing);
    if (localhostProfile.length > APPARMOR_PATH_LENGTH) errors.push(tooLong(at, APPARMOR_PATH_LENGTH));
    return errors;
  }
  if (type !== 'RuntimeDefault' && type !== 'Unconfined')
    return validateProfileType(type, `${path}.type`, 'appArmorProfile');
  return localhostProfile === undefined
    ? []
    : [invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost')];
}

function validateProfileType(type: string | undefined, path: string, where: string): FieldError[] {
  if (!type) return [required(path, `type is required when ${where} is set`)];
  return PROFILES.includes(type) ? [] : [notSupported(path, type, PROFILES)];
}

function validateSysctls(spec: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>();
  return (spec.securityContext?.sysctls ?? []).flatMap(({ name = '' }, place) => {
    const at = `${path}[${place}].name`;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(at));
    else if (name.length > SYSCTL_LENGTH || !new RegExp(SYSCTL).test(name)) {
      errors.push(
        invalid(at, name, `must have at most ${SYSCTL_LENGTH} characters and match regex ${SYSCTL}`),
      );
    } else if (seen.has(name)) errors.push(duplicate(at, name));
    const dotted = name.replaceAll('/', '.');
    if (spec.hostNetwork && dotted.startsWith('net.'))
      errors.push(invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    if (spec.hostIPC && /^(kernel\.shm|kernel\.msg|kernel\.sem$|fs\.mqueue\.)/.test(dotted)) {
      errors.push(invalid(at, name, "may not be specified when 'hostIPC' is true"));
    }
    seen.add(name);
    return errors;
  });
}

/** The internal structure, which messages show as JSON: Go's field names, in the order of the type. */
function goSecurityContext(context: SecurityContext): object {
  const { capabilities } = context;
  const list = (names: readonly string[] | undefined) => names ?? null;
  return {
    Capabilities: capabilities ? { Add: list(capabilities.add), Drop: list(capabilities.drop) } : null,
    Privileged: context.privileged ?? null,
    SELinuxOptions: context.seLinuxOptions ?? null,
    WindowsOptions: context.windowsOptions ?? null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: context.seccompProfile ?? null,
    AppArmorProfile: context.appArmorProfile ?? null,
  };
}
