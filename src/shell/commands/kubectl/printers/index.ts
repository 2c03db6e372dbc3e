import type { KubernetesObject, ResourceInfo, ResourceName } from '../../../../engine/index.ts';
import {
  CONFIG_MAP_COLUMNS,
  EVENT_AGE,
  EVENT_COLUMNS,
  NAMESPACE_COLUMNS,
  NODE_COLUMNS,
  SECRET_COLUMNS,
  SERVICE_ACCOUNT_COLUMNS,
} from './cluster.ts';
import type { Column, Columns, PrinterContext } from './column.ts';
import { ENDPOINT_SLICE_COLUMNS, ENDPOINTS_COLUMNS } from './endpoints.ts';
import {
  INGRESS_CLASS_COLUMNS,
  INGRESS_COLUMNS,
  IP_ADDRESS_COLUMNS,
  NETWORK_POLICY_COLUMNS,
  SERVICE_CIDR_COLUMNS,
} from './networking.ts';
import { POD_COLUMNS } from './pod.ts';
import { SERVICE_COLUMNS } from './service.ts';
import { AGE } from './shared.ts';
import {
  DAEMON_SET_COLUMNS,
  DEPLOYMENT_COLUMNS,
  JOB_COLUMNS,
  REPLICA_SET_COLUMNS,
  STATEFUL_SET_COLUMNS,
} from './workloads.ts';

export type { PrinterContext } from './column.ts';

/** The API server's table for each kind (pkg/printers/internalversion/printers.go, AddHandlers). */
const COLUMNS: Readonly<Partial<Record<ResourceName, Columns<never>>>> = {
  configmaps: CONFIG_MAP_COLUMNS,
  daemonsets: DAEMON_SET_COLUMNS,
  deployments: DEPLOYMENT_COLUMNS,
  endpoints: ENDPOINTS_COLUMNS,
  endpointslices: ENDPOINT_SLICE_COLUMNS,
  ingressclasses: INGRESS_CLASS_COLUMNS,
  ingresses: INGRESS_COLUMNS,
  ipaddresses: IP_ADDRESS_COLUMNS,
  jobs: JOB_COLUMNS,
  namespaces: NAMESPACE_COLUMNS,
  networkpolicies: NETWORK_POLICY_COLUMNS,
  nodes: NODE_COLUMNS,
  pods: POD_COLUMNS,
  replicasets: REPLICA_SET_COLUMNS,
  secrets: SECRET_COLUMNS,
  serviceaccounts: SERVICE_ACCOUNT_COLUMNS,
  servicecidrs: SERVICE_CIDR_COLUMNS,
  services: SERVICE_COLUMNS,
  statefulsets: STATEFUL_SET_COLUMNS,
};

/** All columns of a kind's table, NAME (or LAST SEEN, for events) first. */
export function columnsOf(resource: ResourceInfo, wide: boolean): readonly Column<KubernetesObject>[] {
  const name: Column<KubernetesObject> = { name: 'NAME', cell: (object) => object.metadata.name };
  const columns: readonly Column<never>[] =
    resource.name === 'events' ? [EVENT_AGE, ...EVENT_COLUMNS] : [name, ...(COLUMNS[resource.name] ?? [AGE])];
  return (columns as readonly Column<KubernetesObject>[]).filter((column) => wide || !column.wide);
}

/** One object's row. */
export function rowOf(
  columns: readonly Column<KubernetesObject>[],
  object: KubernetesObject,
  context: PrinterContext,
): readonly string[] {
  return columns.map((column) => column.cell(object, context));
}
