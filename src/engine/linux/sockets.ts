import type { RequestHandler } from './network.ts';
import type { SocketReference, Tuple } from './trace.ts';
import { tupleKey } from './tuple.ts';

/** A listening TCP socket or a bound UDP one. */
export interface Listener {
  readonly reference: SocketReference;
  /** See `ListenOptions`. */
  readonly packetInfo: boolean;
  readonly handler: RequestHandler;
}

/** The sockets of one namespace. */
export interface SocketTable {
  /** Answers false when another socket holds the port on an overlapping address. */
  listen(listener: Listener): boolean;
  close(listener: Listener): void;
  /** Exact address first, then 0.0.0.0, as inet_lookup_listener scores them. */
  findListener(protocol: 'tcp' | 'udp', address: string, port: number): Listener | undefined;
  /** `incoming` is the tuple that packets to this socket bear. */
  connect(incoming: Tuple, reference: SocketReference): () => void;
  findConnected(incoming: Tuple): SocketReference | undefined;
  portTaken(protocol: 'tcp' | 'udp' | 'icmp', address: string, port: number): boolean;
  listeners(): readonly Listener[];
  connected(): readonly { readonly incoming: Tuple; readonly reference: SocketReference }[];
}

const ANY = '0.0.0.0';

export function createSocketTable(): SocketTable {
  const byPort = new Map<string, Listener[]>();
  const connections = new Map<string, { incoming: Tuple; reference: SocketReference }>();
  const portKey = (protocol: string, port: number) => `${protocol} ${port}`;
  const at = (protocol: string, port: number) => byPort.get(portKey(protocol, port)) ?? [];
  return {
    listen(listener) {
      const { protocol, address, port } = listener.reference;
      const others = at(protocol, port);
      const clash = others.some(
        ({ reference }) => reference.address === address || reference.address === ANY || address === ANY,
      );
      if (clash) return false;
      byPort.set(portKey(protocol, port), [...others, listener]);
      return true;
    },
    close(listener) {
      const { protocol, port } = listener.reference;
      const rest = at(protocol, port).filter((other) => other !== listener);
      if (rest.length > 0) byPort.set(portKey(protocol, port), rest);
      else byPort.delete(portKey(protocol, port));
    },
    findListener(protocol, address, port) {
      const candidates = at(protocol, port);
      return (
        candidates.find(({ reference }) => reference.address === address) ??
        candidates.find(({ reference }) => reference.address === ANY)
      );
    },
    connect(incoming, reference) {
      const key = tupleKey(incoming);
      const connection = { incoming, reference };
      connections.set(key, connection);
      return () => {
        if (connections.get(key) === connection) connections.delete(key);
      };
    },
    findConnected: (incoming) => connections.get(tupleKey(incoming))?.reference,
    portTaken(protocol, address, port) {
      if (
        at(protocol, port).some(({ reference }) => reference.address === ANY || reference.address === address)
      )
        return true;
      return [...connections.values()].some(
        ({ reference }) => reference.protocol === protocol && reference.port === port,
      );
    },
    listeners: () => [...byPort.values()].flat(),
    connected: () => [...connections.values()],
  };
}
