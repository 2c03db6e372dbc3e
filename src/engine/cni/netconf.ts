/** A CNI network configuration list, as the file in /etc/cni/net.d holds it (CNI specification 1.0). */
export interface NetConfList {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly NetConf[];
}

export type NetConf = BridgeConf | PtpConf | PortmapConf;

export interface BridgeConf {
  readonly type: 'bridge';
  /** Default cni0. */
  readonly bridge?: string;
  /** The bridge gets the gateway's address. */
  readonly isGateway?: boolean;
  /** As isGateway, and pods get a default route to it. */
  readonly isDefaultGateway?: boolean;
  readonly hairpinMode?: boolean;
  readonly ipMasq?: boolean;
  readonly mtu?: number;
  readonly ipam: HostLocalConf;
}

export interface PtpConf {
  readonly type: 'ptp';
  readonly ipMasq?: boolean;
  readonly mtu?: number;
  readonly ipam: HostLocalConf;
}

export interface PortmapConf {
  readonly type: 'portmap';
  readonly capabilities: { readonly portMappings: true };
  /** Mark packets that need it for masquerading. Default true. */
  readonly snat?: boolean;
}

export interface HostLocalConf {
  readonly type: 'host-local';
  readonly ranges: readonly (readonly { readonly subnet: string; readonly gateway?: string }[])[];
  readonly routes?: readonly { readonly dst: string; readonly gw?: string }[];
}

export type ParsedNetConf =
  | { readonly ok: true; readonly list: NetConfList }
  | { readonly ok: false; readonly message: string };

/** Reads a configuration list from JSON text. */
export function parseNetConfList(text: string): ParsedNetConf {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      message: `error parsing configuration list: ${error instanceof Error ? error.message : error}`,
    };
  }
  const list = value as Partial<NetConfList> | null;
  if (typeof list !== 'object' || list === null)
    return { ok: false, message: 'error parsing configuration list: not an object' };
  if (typeof list.name !== 'string' || list.name === '')
    return { ok: false, message: 'error parsing configuration list: no name' };
  if (!Array.isArray(list.plugins) || list.plugins.length === 0)
    return { ok: false, message: 'error parsing configuration list: no plugins in list' };
  const unknown = (list.plugins as readonly { readonly type?: unknown }[]).find(
    ({ type }) => type !== 'bridge' && type !== 'ptp' && type !== 'portmap',
  );
  if (unknown)
    return { ok: false, message: `failed to find plugin "${unknown.type}" in path [/opt/cni/bin]` };
  return {
    ok: true,
    list: { cniVersion: list.cniVersion ?? '1.0.0', name: list.name, plugins: list.plugins },
  };
}
