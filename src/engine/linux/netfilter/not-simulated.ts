/**
 * Matches and targets that iptables really has (iptables-extensions(8)) and this model has not: whoever asks for one is
 * told so, and not that it does not exist.
 */
export const REAL_MATCHES: readonly string[] = [
  ...['ah', 'bpf', 'cgroup', 'cluster', 'connbytes', 'connlabel', 'connlimit', 'connmark', 'cpu', 'dccp'],
  ...['devgroup', 'dscp', 'ecn', 'esp', 'hashlimit', 'helper', 'ipvs', 'iprange', 'length', 'limit', 'mac'],
  ...[
    'nfacct',
    'osf',
    'owner',
    'pkttype',
    'policy',
    'quota',
    'rateest',
    'realm',
    'rpfilter',
    'socket',
    'string',
  ],
  ...['tcpmss', 'time', 'tos', 'ttl', 'u32'],
];
export const REAL_TARGETS: readonly string[] = [
  ...[
    'AUDIT',
    'CHECKSUM',
    'CLASSIFY',
    'CLUSTERIP',
    'CONNMARK',
    'CONNSECMARK',
    'DSCP',
    'ECN',
    'HMARK',
    'IDLETIMER',
  ],
  ...[
    'LED',
    'NETMAP',
    'NFQUEUE',
    'QUEUE',
    'RATEEST',
    'SECMARK',
    'SET',
    'SYNPROXY',
    'TCPMSS',
    'TCPOPTSTRIP',
    'TEE',
  ],
  ...['TOS', 'TPROXY', 'TRACE', 'TTL'],
];
