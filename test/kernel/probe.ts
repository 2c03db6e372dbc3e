/** One thing to try: who asks whom, by what. */
export interface Probe {
  readonly id: number;
  /** The namespace that it leaves from. */
  readonly from: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly address: string;
  /** 0 for ICMP. */
  readonly port: number;
  /** For ICMP, the echo identifier. Unique, so that the connection can be found again in conntrack. */
  readonly sourcePort: number;
  /** What is asked for, in words: `Service both, cluster IP`. */
  readonly about: string;
  readonly ttl?: number;
  /** UDP and ICMP: how much it carries. */
  readonly bytes?: number;
  /** It may not be cut into fragments. */
  readonly dontFragment?: boolean;
}

/** What came of a probe, in the engine or for real. */
export interface Observed {
  /** `replied`, `timeout`, or the name of the error. */
  readonly outcome: string;
  /** The namespace that answered; for ICMP its address. */
  readonly server?: string;
  /** The client's address as the server saw it. */
  readonly seen?: string;
  /** The TTL of the answer. */
  readonly ttl?: number;
  /** Who sent the ICMP error (ICMP only). */
  readonly from?: string;
}

export function describe({ outcome, server, seen, ttl, from }: Observed): string {
  return [
    outcome,
    server && `by ${server}`,
    seen && `sees ${seen}`,
    ttl !== undefined && `ttl ${ttl}`,
    from && `from ${from}`,
  ]
    .filter(Boolean)
    .join(' ');
}

export function describeProbe({ from, protocol, address, port, about }: Probe): string {
  return `${from} -> ${protocol} ${address}${port ? `:${port}` : ''} (${about})`;
}
