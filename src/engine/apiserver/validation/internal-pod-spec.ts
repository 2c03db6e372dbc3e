/**
 * A pod's spec as the API server holds it inside (pkg/apis/core/types.go), printed as JSON: what the difference in the
 * message "pod updates may not change fields other than …" is made of. Go's names, in the order of the structures.
 */
import type { PodSpec, PodTemplateSpec } from '../../api/index.ts';
import { isPlainObject } from '../../apimachinery/index.ts';

type Members = readonly (readonly [name: string, kind: string])[];

/**
 * `Name kind` for each member. Kinds: `s` text, `i` number, `b` boolean, `q` quantity, `?` anything that may be null,
 * `m` map, `Type` a structure, `*Type` a pointer to one, `[Type` a list, `[?` a list of plain values.
 */
const STRUCTURES: Readonly<Record<string, Members>> = Object.fromEntries(
  `
PodSpec: Volumes [Volume, InitContainers [Container, Containers [Container, EphemeralContainers [Container, RestartPolicy s, TerminationGracePeriodSeconds ?, ActiveDeadlineSeconds ?, DNSPolicy s, NodeSelector m, ServiceAccountName s, AutomountServiceAccountToken ?, NodeName s, SecurityContext *PodSecurityContext, ImagePullSecrets [LocalObjectReference, Hostname s, Subdomain s, SetHostnameAsFQDN ?, Affinity *Affinity, SchedulerName s, Tolerations [Toleration, HostAliases [HostAlias, PriorityClassName s, Priority ?, PreemptionPolicy ?, DNSConfig *PodDNSConfig, ReadinessGates [PodReadinessGate, RuntimeClassName ?, Overhead m, EnableServiceLinks ?, TopologySpreadConstraints [TopologySpreadConstraint, OS *LocalObjectReference, SchedulingGates [LocalObjectReference, ResourceClaims [PodResourceClaim, Resources *ResourceRequirements, HostnameOverride ?, SchedulingGroup ?
PodSecurityContext: HostNetwork b, HostPID b, HostIPC b, ShareProcessNamespace ?, HostUsers ?, SELinuxOptions *SELinuxOptions, WindowsOptions ?, RunAsUser ?, RunAsGroup ?, RunAsNonRoot ?, SupplementalGroups [?, SupplementalGroupsPolicy ?, FSGroup ?, FSGroupChangePolicy ?, Sysctls [NameValue, SeccompProfile *Profile, AppArmorProfile *Profile, SELinuxChangePolicy ?
Container: Name s, Image s, Command [?, Args [?, WorkingDir s, Ports [ContainerPort, EnvFrom [EnvFromSource, Env [EnvVar, Resources ResourceRequirements, ResizePolicy [ContainerResizePolicy, RestartPolicy ?, RestartPolicyRules [ContainerRestartRule, VolumeMounts [VolumeMount, VolumeDevices [VolumeDevice, LivenessProbe *Probe, ReadinessProbe *Probe, StartupProbe *Probe, Lifecycle *Lifecycle, TerminationMessagePath s, TerminationMessagePolicy s, ImagePullPolicy s, SecurityContext *SecurityContext, Stdin b, StdinOnce b, TTY b
Volume: Name s, HostPath *HostPath, EmptyDir *EmptyDir, GCEPersistentDisk ?, AWSElasticBlockStore ?, GitRepo ?, Secret *SecretVolume, NFS *NFS, ISCSI ?, Glusterfs ?, PersistentVolumeClaim *PersistentVolumeClaim, RBD ?, Quobyte ?, FlexVolume ?, Cinder ?, CephFS ?, Flocker ?, DownwardAPI *DownwardAPIVolume, FC ?, AzureFile ?, ConfigMap *ConfigMapVolume, VsphereVolume ?, AzureDisk ?, PhotonPersistentDisk ?, Projected *Projected, PortworxVolume ?, ScaleIO ?, StorageOS ?, CSI ?, Ephemeral ?, Image ?
HostPath: Path s, Type ?
EmptyDir: Medium s, SizeLimit ?
SecretVolume: SecretName s, Items [KeyToPath, DefaultMode ?, Optional ?
ConfigMapVolume: Name s, Items [KeyToPath, DefaultMode ?, Optional ?
NFS: Server s, Path s, ReadOnly b
PersistentVolumeClaim: ClaimName s, ReadOnly b
DownwardAPIVolume: Items [DownwardAPIFile, DefaultMode ?
DownwardAPIFile: Path s, FieldRef *FieldRef, ResourceFieldRef *ResourceFieldRef, Mode ?
Projected: Sources [Projection, DefaultMode ?
Projection: Secret *KeyProjection, DownwardAPI *DownwardAPIProjection, ConfigMap *KeyProjection, ServiceAccountToken *Token, ClusterTrustBundle ?, PodCertificate ?
KeyProjection: Name s, Items [KeyToPath, Optional ?
DownwardAPIProjection: Items [DownwardAPIFile
Token: Audience s, ExpirationSeconds i, Path s
KeyToPath: Key s, Path s, Mode ?
FieldRef: APIVersion s, FieldPath s
ResourceFieldRef: ContainerName s, Resource s, Divisor q
EnvVar: Name s, Value s, ValueFrom *EnvVarSource
EnvVarSource: FieldRef *FieldRef, ResourceFieldRef *ResourceFieldRef, ConfigMapKeyRef *KeyRef, SecretKeyRef *KeyRef, FileKeyRef *FileKeyRef
KeyRef: Name s, Key s, Optional ?
FileKeyRef: VolumeName s, Path s, Key s, Optional ?
EnvFromSource: Prefix s, ConfigMapRef *OptionalName, SecretRef *OptionalName
OptionalName: Name s, Optional ?
ContainerPort: Name s, HostPort i, ContainerPort i, Protocol s, HostIP s
ResourceRequirements: Limits m, Requests m, Claims [ResourceClaim
ResourceClaim: Name s, Request s
ContainerResizePolicy: ResourceName s, RestartPolicy s
ContainerRestartRule: Action s, ExitCodes *ExitCodes
ExitCodes: Operator s, Values [?
VolumeMount: Name s, ReadOnly b, RecursiveReadOnly ?, MountPath s, SubPath s, MountPropagation ?, SubPathExpr s
VolumeDevice: Name s, DevicePath s
Probe: Exec *Exec, HTTPGet *HTTPGet, TCPSocket *TCPSocket, GRPC *GRPC, InitialDelaySeconds i, TimeoutSeconds i, PeriodSeconds i, SuccessThreshold i, FailureThreshold i, TerminationGracePeriodSeconds ?
Exec: Command [?
HTTPGet: Path s, Port i, Host s, Scheme s, HTTPHeaders [NameValue
TCPSocket: Port i, Host s
GRPC: Port i, Service ?
Lifecycle: PostStart *Handler, PreStop *Handler, StopSignal ?
Handler: Exec *Exec, HTTPGet *HTTPGet, TCPSocket *TCPSocket, Sleep *Sleep
Sleep: Seconds i
SecurityContext: Capabilities *Capabilities, Privileged ?, SELinuxOptions *SELinuxOptions, WindowsOptions ?, RunAsUser ?, RunAsGroup ?, RunAsNonRoot ?, ReadOnlyRootFilesystem ?, AllowPrivilegeEscalation ?, ProcMount ?, SeccompProfile *Profile, AppArmorProfile *Profile
Capabilities: Add [?, Drop [?
SELinuxOptions: User s, Role s, Type s, Level s
Profile: Type s, LocalhostProfile ?
NameValue: Name s, Value s
LocalObjectReference: Name s
Toleration: Key s, Operator s, Value s, Effect s, TolerationSeconds ?
HostAlias: IP s, Hostnames [?
PodDNSConfig: Nameservers [?, Searches [?, Options [DNSOption
DNSOption: Name s, Value ?
PodReadinessGate: ConditionType s
PodResourceClaim: Name s, ResourceClaimName ?, ResourceClaimTemplateName ?
TopologySpreadConstraint: MaxSkew i, TopologyKey s, WhenUnsatisfiable s, LabelSelector ?, MinDomains ?, NodeAffinityPolicy ?, NodeTaintsPolicy ?, MatchLabelKeys [?
Affinity: NodeAffinity *NodeAffinity, PodAffinity *PodAffinity, PodAntiAffinity *PodAffinity
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector, PreferredDuringSchedulingIgnoredDuringExecution [PreferredTerm
NodeSelector: NodeSelectorTerms [NodeSelectorTerm
NodeSelectorTerm: MatchExpressions [Requirement, MatchFields [Requirement
Requirement: Key s, Operator s, Values [?
PreferredTerm: Weight i, Preference NodeSelectorTerm
PodAffinity: RequiredDuringSchedulingIgnoredDuringExecution [PodAffinityTerm, PreferredDuringSchedulingIgnoredDuringExecution [WeightedTerm
PodAffinityTerm: LabelSelector ?, Namespaces [?, TopologyKey s, NamespaceSelector ?, MatchLabelKeys [?, MismatchLabelKeys [?
WeightedTerm: Weight i, PodAffinityTerm PodAffinityTerm
`
    .trim()
    .split('\n')
    .map((line) => {
      const [name, members] = line.split(': ');
      return [name, members!.split(', ').map((member) => member.split(' ') as [string, string])];
    }),
);

/** Members of the spec that stand in the security context inside. */
const IN_SECURITY_CONTEXT = [
  'hostNetwork',
  'hostPID',
  'hostIPC',
  'shareProcessNamespace',
  'hostUsers',
] as const;
/** Where our own names are not Go's with a small start. */
const JSON_NAMES: Readonly<Record<string, string>> = { CephFS: 'cephfs', StorageOS: 'storageos' };

export function printInternalPodSpec(spec: PodSpec): string {
  return JSON.stringify(internalPodSpec(spec), null, 1);
}

/** A template as messages show one that may not change: metadata's members beside the spec. */
export function internalPodTemplate({ metadata, spec }: PodTemplateSpec): Record<string, unknown> {
  return { ...metadata, Spec: internalPodSpec(spec) };
}

function internalPodSpec(spec: PodSpec): Record<string, unknown> {
  const moved = Object.fromEntries(IN_SECURITY_CONTEXT.map((field) => [field, spec[field]]));
  const inner = { ...spec, securityContext: { ...spec.securityContext, ...moved } };
  return structure('PodSpec', inner);
}

function structure(name: string, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [member, kind] of STRUCTURES[name]!) {
    const json = value[JSON_NAMES[member] ?? smallStart(member)];
    // A structure that is embedded has no level of its own, which is why Volume lists its sources.
    result[member] = convert(kind, json);
  }
  return result;
}

function convert(kind: string, value: unknown): unknown {
  if (kind === 's') return value ?? '';
  if (kind === 'i') return value ?? 0;
  if (kind === 'b') return value ?? false;
  if (kind === 'q') return value ?? '0';
  if (kind === 'm')
    return isPlainObject(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : null;
  if (kind === '?') return value ?? null;
  if (kind === '[?') return value ?? null;
  if (kind.startsWith('['))
    return Array.isArray(value) ? value.map((item) => structure(kind.slice(1), item)) : null;
  if (kind.startsWith('*')) return isPlainObject(value) ? structure(kind.slice(1), value) : null;
  return structure(kind, isPlainObject(value) ? value : {});
}

/** `DNSPolicy` is `dnsPolicy` in JSON, `OS` is `os`. */
function smallStart(name: string): string {
  if (/^[A-Z]+$/.test(name)) return name.toLowerCase();
  return name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+/, (start) => start.toLowerCase());
}
