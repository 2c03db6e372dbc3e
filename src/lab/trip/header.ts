import type { Packet } from '../../engine/index.ts';

/** One field of a header, before and after a step. `name` is a message id when people's words differ by language. */
export interface Field {
  readonly id: FieldId;
  readonly before: string;
  readonly after: string;
  readonly changed: boolean;
}

export type FieldId =
  | 'ethernet.source'
  | 'ethernet.destination'
  | 'ip.source'
  | 'ip.destination'
  | 'ip.ttl'
  | 'ip.dontFragment'
  | 'tcp.sourcePort'
  | 'tcp.destinationPort'
  | 'tcp.flags'
  | 'tcp.maximumSegment'
  | 'udp.sourcePort'
  | 'udp.destinationPort'
  | 'icmp.type'
  | 'icmp.code'
  | 'icmp.identifier'
  | 'icmp.sequence'
  | 'icmp.mtu'
  | 'vxlan.vni'
  | 'label.source'
  | 'label.destination'
  | 'label.ttl'
  | 'label.payload';

export interface Layer {
  readonly name: 'Ethernet' | 'IPv4' | 'TCP' | 'UDP' | 'ICMP' | 'VXLAN';
  /** Under VXLAN: the packet inside. */
  readonly inner: boolean;
  readonly fields: readonly Field[];
}

/** `100.96.1.2:41830`; without a port for ICMP. */
export function endpointOf(packet: Packet, side: 'source' | 'destination'): string {
  const { transport, ip } = packet;
  if (transport.protocol === 'icmp') return ip[side];
  return `${ip[side]}:${side === 'source' ? transport.sourcePort : transport.destinationPort}`;
}

function field(id: FieldId, before: string | number | undefined, after: string | number | undefined): Field {
  const [was, is] = [before === undefined ? '' : String(before), after === undefined ? '' : String(after)];
  return { id, before: was, after: is, changed: was !== is };
}

/** The short label: where from, where to, how many routers it may still cross. */
export function labelOf(before: Packet, after: Packet): readonly Field[] {
  const rows = [
    field('label.source', endpointOf(before, 'source'), endpointOf(after, 'source')),
    field('label.destination', endpointOf(before, 'destination'), endpointOf(after, 'destination')),
    field('label.ttl', before.ip.ttl, after.ip.ttl),
  ];
  return after.payload
    ? [...rows, field('label.payload', before.payload?.summary, after.payload.summary)]
    : rows;
}

type Cells = readonly (readonly [FieldId, string | number | undefined])[];

/** The whole header, layer by layer, outermost first. */
export function layersOf(before: Packet, after: Packet, inner = false): readonly Layer[] {
  const was = new Map(
    cellsOf(before).flatMap(({ cells }) => cells.map(([id, value]) => [id, value] as const)),
  );
  const layers = cellsOf(after).map(
    ({ name, cells }): Layer => ({
      name,
      inner,
      fields: cells.map(([id, value]) => field(id, was.get(id), value)),
    }),
  );
  if (!after.inner) return layers;
  const vxlan: Layer = {
    name: 'VXLAN',
    inner,
    fields: [field('vxlan.vni', before.inner?.vni, after.inner.vni)],
  };
  return [...layers, vxlan, ...layersOf(before.inner?.packet ?? before, after.inner.packet, true)];
}

function cellsOf(packet: Packet): readonly { readonly name: Layer['name']; readonly cells: Cells }[] {
  const { ethernet, ip } = packet;
  return [
    ...(ethernet
      ? [
          {
            name: 'Ethernet' as const,
            cells: [
              ['ethernet.source', ethernet.source],
              ['ethernet.destination', ethernet.destination],
            ] as Cells,
          },
        ]
      : []),
    {
      name: 'IPv4',
      cells: [
        ['ip.source', ip.source],
        ['ip.destination', ip.destination],
        ['ip.ttl', ip.ttl],
        ...(ip.dontFragment ? [['ip.dontFragment', 'DF'] as const] : []),
      ],
    },
    transportCells(packet),
  ];
}

function transportCells({ transport }: Packet): { readonly name: Layer['name']; readonly cells: Cells } {
  switch (transport.protocol) {
    case 'tcp':
      return {
        name: 'TCP',
        cells: [
          ['tcp.sourcePort', transport.sourcePort],
          ['tcp.destinationPort', transport.destinationPort],
          ['tcp.flags', transport.flags.join(',')],
          ...(transport.maximumSegment ? [['tcp.maximumSegment', transport.maximumSegment] as const] : []),
        ],
      };
    case 'udp':
      return {
        name: 'UDP',
        cells: [
          ['udp.sourcePort', transport.sourcePort],
          ['udp.destinationPort', transport.destinationPort],
        ],
      };
    case 'icmp': {
      const rest = [
        ['icmp.identifier', transport.identifier],
        ['icmp.sequence', transport.sequence],
        ['icmp.mtu', transport.mtu],
      ] as const;
      return {
        name: 'ICMP',
        cells: [
          ['icmp.type', transport.type],
          ['icmp.code', transport.code],
          ...rest.filter(([, value]) => value !== undefined),
        ],
      };
    }
  }
}
