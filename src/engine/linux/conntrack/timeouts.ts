/** How long conntrack remembers what is not TCP, in virtual ms: nf_conntrack_udp_timeout, _udp_timeout_stream, _icmp_timeout. */
export const UDP_TIMEOUT_MS = 30_000;
export const UDP_STREAM_TIMEOUT_MS = 120_000;
export const ICMP_TIMEOUT_MS = 30_000;
