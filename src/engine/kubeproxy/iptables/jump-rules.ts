type Jump = readonly [
  table: 'filter' | 'nat',
  target: string,
  from: string,
  comment: string,
  ...match: string[],
];

const NEW_CONNECTIONS = ['-m', 'conntrack', '--ctstate', 'NEW'] as const;

/**
 * How packets get from the kernel's own chains into kube-proxy's, in the order in which kube-proxy ensures them. Each
 * is put on top, so the last one comes first (pkg/proxy/iptables/proxier.go, iptablesJumpChains and
 * iptablesKubeletJumpChains, v1.36).
 */
const JUMPS: readonly Jump[] = [
  [
    'filter',
    'KUBE-EXTERNAL-SERVICES',
    'INPUT',
    'kubernetes externally-visible service portals',
    ...NEW_CONNECTIONS,
  ],
  [
    'filter',
    'KUBE-EXTERNAL-SERVICES',
    'FORWARD',
    'kubernetes externally-visible service portals',
    ...NEW_CONNECTIONS,
  ],
  ['filter', 'KUBE-NODEPORTS', 'INPUT', 'kubernetes health check service ports'],
  ['filter', 'KUBE-SERVICES', 'FORWARD', 'kubernetes service portals', ...NEW_CONNECTIONS],
  ['filter', 'KUBE-SERVICES', 'OUTPUT', 'kubernetes service portals', ...NEW_CONNECTIONS],
  ['filter', 'KUBE-FORWARD', 'FORWARD', 'kubernetes forwarding rules'],
  ['filter', 'KUBE-PROXY-FIREWALL', 'INPUT', 'kubernetes load balancer firewall', ...NEW_CONNECTIONS],
  ['filter', 'KUBE-PROXY-FIREWALL', 'OUTPUT', 'kubernetes load balancer firewall', ...NEW_CONNECTIONS],
  ['filter', 'KUBE-PROXY-FIREWALL', 'FORWARD', 'kubernetes load balancer firewall', ...NEW_CONNECTIONS],
  ['nat', 'KUBE-SERVICES', 'OUTPUT', 'kubernetes service portals'],
  ['nat', 'KUBE-SERVICES', 'PREROUTING', 'kubernetes service portals'],
  ['nat', 'KUBE-POSTROUTING', 'POSTROUTING', 'kubernetes postrouting rules'],
  ['filter', 'KUBE-FIREWALL', 'INPUT', ''],
  ['filter', 'KUBE-FIREWALL', 'OUTPUT', ''],
];

/** The same as text for `iptables-restore --noflush`: chains first, then one `-I` for each jump. To be loaded once. */
export function renderJumpRules(): string {
  const tables = (['filter', 'nat'] as const).map((table) => {
    const jumps = JUMPS.filter(([of]) => of === table);
    const chains = [...new Set(jumps.map(([, target]) => target))].map((chain) => `:${chain} - [0:0]`);
    const rules = jumps.map(([, target, from, comment, ...match]) =>
      [
        '-I',
        from,
        ...match,
        ...(comment ? ['-m', 'comment', '--comment', `"${comment}"`] : []),
        '-j',
        target,
      ].join(' '),
    );
    return [`*${table}`, ...chains, ...rules, 'COMMIT', ''].join('\n');
  });
  return tables.join('');
}
