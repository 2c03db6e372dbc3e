/**
 * Facts of the Go types (k8s.io/api, Kubernetes v1.36) that OpenAPI does not tell, by the names of Go.
 *
 * A field that Go holds by value is the same absent or zero, and its zero is left out of the stored JSON. One that Go
 * holds by pointer tells the two apart. One without `omitempty`, or a structure held by value, is always there.
 */

/** Numbers, texts and booleans held by pointer: `replicas: 0` stays. */
export const POINTERS = `
AppArmorProfile: localhostProfile
AzureDiskVolumeSource: cachingMode fsType readOnly kind
CSIVolumeSource: readOnly fsType
ClientIPConfig: timeoutSeconds
ClusterTrustBundleProjection: name signerName optional
ConfigMap: immutable
ConfigMapEnvSource: optional
ConfigMapKeySelector: optional
ConfigMapProjection: optional
ConfigMapVolumeSource: defaultMode optional
Container: restartPolicy
ContainerStatus: started stopSignal
CoreEndpointPort: appProtocol
DaemonSetSpec: revisionHistoryLimit
DaemonSetStatus: collisionCount
DeploymentSpec: replicas revisionHistoryLimit progressDeadlineSeconds
DeploymentStatus: terminatingReplicas collisionCount
DownwardAPIVolumeFile: mode
DownwardAPIVolumeSource: defaultMode
Endpoint: hostname nodeName zone
EndpointAddress: nodeName
EndpointConditions: ready serving terminating
EndpointPort: name protocol port appProtocol
EphemeralContainer: restartPolicy
FCVolumeSource: lun
FileKeySelector: optional
GRPCAction: service
HTTPIngressPath: pathType
HostPathVolumeSource: type
ISCSIVolumeSource: initiatorName
IngressClassParametersReference: apiGroup scope namespace
IngressPortStatus: error
IngressSpec: ingressClassName
JobSpec: parallelism completions activeDeadlineSeconds backoffLimit backoffLimitPerIndex maxFailedIndexes manualSelector ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy
JobStatus: terminating failedIndexes ready
KeyToPath: mode
LeaseSpec: holderIdentity leaseDurationSeconds leaseTransitions strategy preferredHolder
Lifecycle: stopSignal
LoadBalancerIngress: ipMode
NetworkPolicyPort: protocol port endPort
NodeFeatures: supplementalGroupsPolicy
NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts userNamespaces
NodeSwapStatus: capacity
ObjectMeta: deletionGracePeriodSeconds
OwnerReference: controller blockOwnerDeletion
PersistentVolumeClaimSpec: storageClassName volumeMode volumeAttributesClassName
PersistentVolumeClaimStatus: currentVolumeAttributesClassName
PodCertificateProjection: maxExpirationSeconds
PodDNSConfigOption: value
PodFailurePolicyOnExitCodesRequirement: containerName
PodResourceClaim: resourceClaimName resourceClaimTemplateName
PodResourceClaimStatus: resourceClaimName
PodSecurityContext: runAsUser runAsGroup runAsNonRoot supplementalGroupsPolicy fsGroup fsGroupChangePolicy seLinuxChangePolicy
PodSpec: terminationGracePeriodSeconds activeDeadlineSeconds automountServiceAccountToken shareProcessNamespace priority runtimeClassName enableServiceLinks preemptionPolicy setHostnameAsFQDN hostUsers hostnameOverride
PortStatus: error
Probe: terminationGracePeriodSeconds
ProjectedVolumeSource: defaultMode
ReplicaSetSpec: replicas
ReplicaSetStatus: terminatingReplicas
RollingUpdateDaemonSet: maxUnavailable maxSurge
RollingUpdateDeployment: maxUnavailable maxSurge
RollingUpdateStatefulSetStrategy: partition maxUnavailable
SeccompProfile: localhostProfile
Secret: immutable
SecretEnvSource: optional
SecretKeySelector: optional
SecretProjection: optional
SecretVolumeSource: defaultMode optional
SecurityContext: privileged runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount
ServiceAccount: automountServiceAccountToken
ServiceAccountTokenProjection: expirationSeconds
ServicePort: appProtocol
ServiceSpec: ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution
StatefulSetSpec: replicas revisionHistoryLimit
StatefulSetStatus: collisionCount
SuccessPolicyRule: succeededIndexes succeededCount
Toleration: tolerationSeconds
TopologySpreadConstraint: minDomains nodeAffinityPolicy nodeTaintsPolicy
TypedLocalObjectReference: apiGroup
TypedObjectReference: apiGroup namespace
VolumeMount: recursiveReadOnly mountPropagation
VolumeMountStatus: recursiveReadOnly
WindowsSecurityContextOptions: gmsaCredentialSpecName gmsaCredentialSpec runAsUserName hostProcess
`;

/** Always in the JSON: structures as `{}`, texts as `""`, numbers as 0, lists as they are. */
export const ALWAYS = `
AWSElasticBlockStoreVolumeSource: volumeID
AppArmorProfile: type
AttachedVolume: name devicePath
AzureDiskVolumeSource: diskName diskURI
AzureFileVolumeSource: secretName shareName
CSIVolumeSource: driver
CephFSVolumeSource: monitors
CinderVolumeSource: volumeID
ClusterTrustBundleProjection: path
Condition: type status reason message lastTransitionTime
ConfigMap: metadata
ConfigMapKeySelector: key
ConfigMapNodeConfigSource: namespace name kubeletConfigKey
Container: name resources
ContainerExtendedResourceRequest: containerName resourceName requestName
ContainerImage: names
ContainerPort: containerPort
ContainerResizePolicy: resourceName restartPolicy
ContainerStateRunning: startedAt
ContainerStateTerminated: exitCode startedAt finishedAt
ContainerStatus: name state lastState ready restartCount image imageID
ControllerRevision: metadata revision
CoreEndpointPort: port
DaemonEndpoint: Port
DaemonSet: metadata spec status
DaemonSetCondition: type status lastTransitionTime
DaemonSetSpec: template updateStrategy
DaemonSetStatus: currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady
Deployment: metadata spec status
DeploymentCondition: type status lastUpdateTime lastTransitionTime
DeploymentSpec: template strategy
DownwardAPIVolumeFile: path
Endpoint: addresses conditions
EndpointAddress: ip
EndpointSlice: metadata addressType endpoints ports
Endpoints: metadata
EnvVar: name
EphemeralContainer: name resources
Event: metadata involvedObject source reportingComponent reportingInstance firstTimestamp lastTimestamp eventTime
EventSeries: lastObservedTime
FileKeySelector: volumeName path key
FlexVolumeSource: driver
ForNode: name
ForZone: name
GCEPersistentDiskVolumeSource: pdName
GRPCAction: port
GitRepoVolumeSource: repository
GlusterfsVolumeSource: endpoints path
HTTPGetAction: port
HTTPHeader: name value
HTTPIngressPath: backend
HTTPIngressRuleValue: paths
HostAlias: ip
HostIP: ip
HostPathVolumeSource: path
IPAddress: metadata spec
IPBlock: cidr
ISCSIVolumeSource: targetPortal iqn lun
Ingress: metadata spec status
IngressClass: metadata spec
IngressClassParametersReference: kind name
IngressPortStatus: port protocol
IngressServiceBackend: name port
IngressStatus: loadBalancer
Job: metadata spec status
JobCondition: type status lastProbeTime lastTransitionTime
JobSpec: template
Lease: metadata spec
KeyToPath: key path
LabelSelectorRequirement: key operator
LinuxContainerUser: uid gid
ModifyVolumeStatus: status
NFSVolumeSource: server path
Namespace: metadata spec status
NamespaceCondition: type status lastTransitionTime
NetworkPolicy: metadata spec
NetworkPolicySpec: podSelector
Node: metadata spec status
NodeAddress: type address
NodeCondition: type status lastHeartbeatTime lastTransitionTime
NodeDaemonEndpoints: kubeletEndpoint
NodeRuntimeHandler: name
NodeSelector: nodeSelectorTerms
NodeSelectorRequirement: key operator
NodeStatus: daemonEndpoints nodeInfo
NodeSystemInfo: machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion kubeProxyVersion operatingSystem architecture
ObjectFieldSelector: fieldPath
OwnerReference: apiVersion kind name uid
PersistentVolumeClaim: metadata spec status
PersistentVolumeClaimCondition: type status lastProbeTime lastTransitionTime
PersistentVolumeClaimSpec: resources
PersistentVolumeClaimTemplate: metadata spec
PersistentVolumeClaimVolumeSource: claimName
PhotonPersistentDiskVolumeSource: pdID
Pod: metadata spec status
PodAffinityTerm: topologyKey
PodCondition: type status lastProbeTime lastTransitionTime
PodExtendedResourceClaimStatus: requestMappings resourceClaimName
PodFailurePolicy: rules
PodFailurePolicyOnExitCodesRequirement: operator values
PodFailurePolicyOnPodConditionsPattern: type status
PodFailurePolicyRule: action
PodIP: ip
PodOS: name
PodReadinessGate: conditionType
PodResourceClaim: name
PodResourceClaimStatus: name
PodSchedulingGate: name
PodSpec: containers
PodTemplateSpec: metadata spec
PortStatus: port protocol
PortworxVolumeSource: volumeID
PreferredSchedulingTerm: weight preference
ProjectedVolumeSource: sources
QuobyteVolumeSource: registry volume
RBDVolumeSource: monitors image
ReplicaSet: metadata spec status
ReplicaSetCondition: type status lastTransitionTime
ReplicaSetSpec: template
ReplicaSetStatus: replicas
ResourceClaim: name
ResourceFieldSelector: resource divisor
ResourceHealth: resourceID
ResourceStatus: name
ScaleIOVolumeSource: gateway system
SeccompProfile: type
Secret: metadata
SecretKeySelector: key
Service: metadata spec status
ServiceAccount: metadata
ServiceAccountTokenProjection: path
ServiceCIDR: metadata spec status
ServicePort: port
ServiceStatus: loadBalancer
SleepAction: seconds
StatefulSet: metadata spec status
StatefulSetCondition: type status lastTransitionTime
StatefulSetOrdinals: start
StatefulSetSpec: template serviceName updateStrategy
StatefulSetStatus: replicas availableReplicas
SuccessPolicy: rules
Sysctl: name value
TCPSocketAction: port
Taint: key effect
TopologySpreadConstraint: maxSkew topologyKey whenUnsatisfiable
TypedLocalObjectReference: apiGroup kind name
TypedObjectReference: kind name
Volume: name
VolumeDevice: name devicePath
VolumeMount: name mountPath
VolumeMountStatus: name mountPath
VsphereVirtualDiskVolumeSource: volumePath
WeightedPodAffinityTerm: weight podAffinityTerm
`;

/** Lists that a strategic merge patch merges by a key of their items, or (without a key) as sets of plain values. */
export const MERGE_KEYS = `
Container.env name
Container.ports containerPort
Container.volumeDevices devicePath
Container.volumeMounts mountPath
ContainerStatus.allocatedResourcesStatus name
ContainerStatus.volumeMounts mountPath
DaemonSetStatus.conditions type
DeploymentStatus.conditions type
EphemeralContainer.env name
EphemeralContainer.ports containerPort
EphemeralContainer.volumeDevices devicePath
EphemeralContainer.volumeMounts mountPath
JobStatus.conditions type
NamespaceStatus.conditions type
NodeSpec.podCIDRs
NodeStatus.addresses type
NodeStatus.conditions type
ObjectMeta.finalizers
ObjectMeta.ownerReferences uid
PersistentVolumeClaimStatus.conditions type
PodSpec.containers name
PodSpec.ephemeralContainers name
PodSpec.hostAliases ip
PodSpec.imagePullSecrets name
PodSpec.initContainers name
PodSpec.resourceClaims name
PodSpec.schedulingGates name
PodSpec.topologySpreadConstraints topologyKey
PodSpec.volumes name
PodStatus.conditions type
PodStatus.hostIPs ip
PodStatus.podIPs ip
PodStatus.resourceClaimStatuses name
ReplicaSetStatus.conditions type
ServiceAccount.secrets name
ServiceCIDRStatus.conditions type
ServiceSpec.ports port
ServiceStatus.conditions type
StatefulSetStatus.conditions type
`;

/** Structures of which a strategic merge patch keeps only the members that it names. */
export const RETAIN_KEYS = `
DeploymentSpec.strategy
PodSpec.resourceClaims
PodSpec.volumes
PodStatus.resourceClaimStatuses
`;

/** Maps and texts that hold resource quantities. */
export const QUANTITIES = `
ContainerStatus.allocatedResources
EmptyDirVolumeSource.sizeLimit
NodeStatus.allocatable
NodeStatus.capacity
PersistentVolumeClaimStatus.allocatedResources
PersistentVolumeClaimStatus.capacity
PodSpec.overhead
ResourceFieldSelector.divisor
ResourceRequirements.limits
ResourceRequirements.requests
VolumeResourceRequirements.limits
VolumeResourceRequirements.requests
`;

/**
 * Go's own names for kinds of text, the values that they may have, and the fields of the type: `Name = values: fields`.
 * `string`: a text without a name of its own in Go.
 */
export const NAMED_TEXTS = `
string = PreferSameZone PreferSameNode PreferClose: ServiceSpec.trafficDistribution
string = Cluster Namespace: IngressClassParametersReference.scope
AddressType = IPv4 IPv6 FQDN: EndpointSlice.addressType
AppArmorProfileType = Unconfined RuntimeDefault Localhost: AppArmorProfile.type
AzureDataDiskCachingMode = : AzureDiskVolumeSource.cachingMode
AzureDataDiskKind = : AzureDiskVolumeSource.kind
Capability = : Capabilities.add Capabilities.drop
ClaimResourceStatus = : PersistentVolumeClaimStatus.allocatedResourceStatuses
CompletionMode = NonIndexed Indexed: JobSpec.completionMode
ConditionStatus = True False Unknown: Condition.status DaemonSetCondition.status DeploymentCondition.status JobCondition.status NamespaceCondition.status NodeCondition.status PersistentVolumeClaimCondition.status PodCondition.status PodFailurePolicyOnPodConditionsPattern.status ReplicaSetCondition.status StatefulSetCondition.status
ContainerRestartPolicy = Always Never OnFailure: Container.restartPolicy EphemeralContainer.restartPolicy
ContainerRestartRuleAction = : ContainerRestartRule.action
ContainerRestartRuleOnExitCodesOperator = : ContainerRestartRuleOnExitCodes.operator
DNSPolicy = ClusterFirstWithHostNet ClusterFirst Default None: PodSpec.dnsPolicy
DaemonSetConditionType = : DaemonSetCondition.type
CoordinatedLeaseStrategy = : LeaseSpec.strategy
DaemonSetUpdateStrategyType = RollingUpdate OnDelete: DaemonSetUpdateStrategy.type
DeploymentConditionType = : DeploymentCondition.type
DeploymentStrategyType = Recreate RollingUpdate: DeploymentStrategy.type
FinalizerName = : NamespaceSpec.finalizers
HostPathType = : HostPathVolumeSource.type
IPFamily = IPv4 IPv6: ServiceSpec.ipFamilies
IPFamilyPolicy = SingleStack PreferDualStack RequireDualStack: ServiceSpec.ipFamilyPolicy
JobConditionType = : JobCondition.type
LabelSelectorOperator = In NotIn Exists DoesNotExist: LabelSelectorRequirement.operator
LoadBalancerIPMode = VIP Proxy: LoadBalancerIngress.ipMode
ManagedFieldsOperationType = : ManagedFieldsEntry.operation
MountPropagationMode = None HostToContainer Bidirectional: VolumeMount.mountPropagation
NamespaceConditionType = : NamespaceCondition.type
NamespacePhase = Active Terminating: NamespaceStatus.phase
NodeAddressType = : NodeAddress.type
NodeConditionType = : NodeCondition.type
NodeInclusionPolicy = Ignore Honor: TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy
NodePhase = : NodeStatus.phase
NodeSelectorOperator = In NotIn Exists DoesNotExist Gt Lt: NodeSelectorRequirement.operator
OSName = linux windows: PodOS.name
PathType = Exact Prefix ImplementationSpecific: HTTPIngressPath.pathType
PersistentVolumeAccessMode = : PersistentVolumeClaimSpec.accessModes PersistentVolumeClaimStatus.accessModes
PersistentVolumeClaimConditionType = : PersistentVolumeClaimCondition.type
PersistentVolumeClaimModifyVolumeStatus = : ModifyVolumeStatus.status
PersistentVolumeClaimPhase = : PersistentVolumeClaimStatus.phase
PersistentVolumeClaimRetentionPolicyType = Retain Delete: StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled
PersistentVolumeMode = : PersistentVolumeClaimSpec.volumeMode
PodConditionType = : PodCondition.type PodFailurePolicyOnPodConditionsPattern.type PodReadinessGate.conditionType
PodFSGroupChangePolicy = OnRootMismatch Always: PodSecurityContext.fsGroupChangePolicy
PodFailurePolicyAction = FailJob FailIndex Ignore Count: PodFailurePolicyRule.action
PodFailurePolicyOnExitCodesOperator = In NotIn: PodFailurePolicyOnExitCodesRequirement.operator
PodManagementPolicyType = OrderedReady Parallel: StatefulSetSpec.podManagementPolicy
PodPhase = Pending Running Succeeded Failed Unknown: PodStatus.phase
PodQOSClass = Guaranteed Burstable BestEffort: PodStatus.qosClass
PodReplacementPolicy = TerminatingOrFailed Failed: JobSpec.podReplacementPolicy
PodResizeStatus = : PodStatus.resize
PodSELinuxChangePolicy = : PodSecurityContext.seLinuxChangePolicy
PolicyType = Ingress Egress: NetworkPolicySpec.policyTypes
PreemptionPolicy = PreemptLowerPriority Never: PodSpec.preemptionPolicy
ProcMountType = : SecurityContext.procMount
Protocol = TCP UDP SCTP: ContainerPort.protocol EndpointPort.protocol CoreEndpointPort.protocol IngressPortStatus.protocol NetworkPolicyPort.protocol PortStatus.protocol ServicePort.protocol
PullPolicy = Always Never IfNotPresent: Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy
RecursiveReadOnlyMode = : VolumeMount.recursiveReadOnly VolumeMountStatus.recursiveReadOnly
ReplicaSetConditionType = : ReplicaSetCondition.type
ResourceHealthStatus = : ResourceHealth.health
ResourceID = : ResourceHealth.resourceID
ResourceName = : ContainerResizePolicy.resourceName ResourceStatus.name
ResourceResizeRestartPolicy = : ContainerResizePolicy.restartPolicy
RestartPolicy = Always OnFailure Never: PodSpec.restartPolicy
SeccompProfileType = Unconfined RuntimeDefault Localhost: SeccompProfile.type
SecretType = Opaque kubernetes.io/service-account-token kubernetes.io/dockercfg kubernetes.io/dockerconfigjson kubernetes.io/basic-auth kubernetes.io/ssh-auth kubernetes.io/tls bootstrap.kubernetes.io/token: Secret.type
ServiceAffinity = ClientIP None: ServiceSpec.sessionAffinity
ServiceExternalTrafficPolicy = Cluster Local: ServiceSpec.externalTrafficPolicy
ServiceInternalTrafficPolicy = Cluster Local: ServiceSpec.internalTrafficPolicy
ServiceType = ClusterIP NodePort LoadBalancer ExternalName: ServiceSpec.type
Signal = : ContainerStatus.stopSignal Lifecycle.stopSignal
StatefulSetConditionType = : StatefulSetCondition.type
StatefulSetUpdateStrategyType = RollingUpdate OnDelete: StatefulSetUpdateStrategy.type
StorageMedium = : EmptyDirVolumeSource.medium
SupplementalGroupsPolicy = : PodSecurityContext.supplementalGroupsPolicy
TaintEffect = NoSchedule PreferNoSchedule NoExecute: Taint.effect Toleration.effect
TerminationMessagePolicy = File FallbackToLogsOnError: Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy
TolerationOperator = Exists Equal: Toleration.operator
URIScheme = HTTP HTTPS: HTTPGetAction.scheme
UniqueVolumeName = : AttachedVolume.name NodeStatus.volumesInUse
UnsatisfiableConstraintAction = DoNotSchedule ScheduleAnyway: TopologySpreadConstraint.whenUnsatisfiable
`;
