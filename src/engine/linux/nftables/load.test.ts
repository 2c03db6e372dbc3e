import { describe, expect, test } from 'vitest';
import { createTestNetwork } from '../testing.ts';

const BASE = [
  'add table ip kube-proxy { comment "rules for kube-proxy" ; }',
  'add chain ip kube-proxy filter-input { type filter hook input priority 0 ; }',
  'add chain ip kube-proxy filter-prerouting-pre-dnat { type filter hook prerouting priority -110 ; }',
  'add chain ip kube-proxy nat-prerouting { type nat hook prerouting priority -100 ; }',
  'add chain ip kube-proxy nat-postrouting { type nat hook postrouting priority 100 ; }',
  'add chain ip kube-proxy nat-output { type nat hook output priority -100 ; }',
  'add chain ip kube-proxy svc-a/b { comment "hello" ; }',
  'add chain ip kube-proxy mark-for-masquerade',
  'add set ip kube-proxy cluster-ips { type ipv4_addr ; comment "Active ClusterIPs" ; }',
  'add set ip kube-proxy affinity-X { type ipv4_addr ; flags dynamic,timeout ; timeout 10800s ; }',
  'add map ip kube-proxy service-ips { type ipv4_addr . inet_proto . inet_service : verdict ; comment "x" ; }',
  'add element ip kube-proxy cluster-ips { 10.0.0.1 }',
  'add element ip kube-proxy cluster-ips { 10.0.0.2 }',
  'add element ip kube-proxy cluster-ips { 10.0.0.13 }',
  'add element ip kube-proxy cluster-ips { 10.0.0.3 }',
  'add element ip kube-proxy service-ips { 10.0.0.2 . udp . 53 comment "default/x:y" : drop }',
  'add element ip kube-proxy service-ips { 10.0.0.1 . tcp . 80 : goto svc-a/b }',
];

const RULES = [
  'add rule ip kube-proxy filter-input ct state new jump svc-a/b',
  'add rule ip kube-proxy filter-input ip daddr { 172.30.0.0/16 } drop comment "Drop traffic to unallocated ClusterIPs"',
  'add rule ip kube-proxy filter-input ip saddr != { 10.0.0.0/8 , 1.2.3.4 } drop',
  'add rule ip kube-proxy filter-input fib daddr type local ip daddr != 127.0.0.0/8 ip daddr . meta l4proto . th dport vmap @service-ips',
  'add rule ip kube-proxy mark-for-masquerade mark set mark or 0x4000',
  'add rule ip kube-proxy mark-for-masquerade mark and 0x4000 == 0 return',
  'add rule ip kube-proxy mark-for-masquerade mark set mark xor 0x4000',
  'add rule ip kube-proxy nat-postrouting masquerade fully-random',
  'add rule ip kube-proxy nat-prerouting ip saddr @affinity-X goto svc-a/b',
  'add rule ip kube-proxy nat-prerouting iifname "veth*" goto svc-a/b',
  'add rule ip kube-proxy nat-prerouting numgen random mod 2 vmap { 0 : goto svc-a/b , 1 : goto mark-for-masquerade }',
  'add rule ip kube-proxy nat-prerouting update @affinity-X { ip saddr }',
  'add rule ip kube-proxy nat-prerouting meta l4proto tcp dnat to 10.244.1.5:8080',
  'add rule ip kube-proxy nat-output ip daddr 10.0.0.1 tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade',
];

/** What nft 1.0.6 lists on Linux 6.18 after it has loaded the same lines. */
const LISTED = `table ip kube-proxy {
	comment "rules for kube-proxy"
	set cluster-ips {
		type ipv4_addr
		comment "Active ClusterIPs"
		elements = { 10.0.0.1, 10.0.0.2,
			     10.0.0.3, 10.0.0.13 }
	}

	set affinity-X {
		type ipv4_addr
		size 65535
		flags dynamic,timeout
		timeout 3h
	}

	map service-ips {
		type ipv4_addr . inet_proto . inet_service : verdict
		comment "x"
		elements = { 10.0.0.2 . udp . 53 comment "default/x:y" : drop,
			     10.0.0.1 . tcp . 80 : goto svc-a/b }
	}

	chain filter-input {
		type filter hook input priority filter; policy accept;
		ct state new jump svc-a/b
		ip daddr 172.30.0.0/16 drop comment "Drop traffic to unallocated ClusterIPs"
		ip saddr != { 1.2.3.4, 10.0.0.0/8 } drop
		fib daddr type local ip daddr != 127.0.0.0/8 ip daddr . meta l4proto . th dport vmap @service-ips
	}

	chain filter-prerouting-pre-dnat {
		type filter hook prerouting priority dstnat - 10; policy accept;
	}

	chain nat-prerouting {
		type nat hook prerouting priority dstnat; policy accept;
		ip saddr @affinity-X goto svc-a/b
		iifname "veth*" goto svc-a/b
		numgen random mod 2 vmap { 0 : goto svc-a/b, 1 : goto mark-for-masquerade }
		update @affinity-X { ip saddr }
		meta l4proto tcp dnat to 10.244.1.5:8080
	}

	chain nat-postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		masquerade fully-random
	}

	chain nat-output {
		type nat hook output priority -100; policy accept;
		ip daddr 10.0.0.1 tcp dport 80 ip saddr != 10.244.0.0/16 jump mark-for-masquerade
	}

	chain svc-a/b {
		comment "hello"
	}

	chain mark-for-masquerade {
		meta mark set meta mark | 0x00004000
		meta mark & 0x00004000 == 0x00000000 return
		meta mark set meta mark ^ 0x00004000
	}
}
`;

function loaded(lines: readonly string[] = [...BASE, ...RULES]) {
  const netns = createTestNetwork().addNetns('node');
  expect(netns.nftLoad(lines.join('\n'))).toEqual({ ok: true });
  return netns;
}

describe('nft -f -', () => {
  test('what is loaded is listed as nft lists it', () => {
    expect(loaded().nftList()).toBe(LISTED);
  });

  // Each was tried with nft 1.0.6 on Linux 6.18.
  test.each([
    ['add rule ip kube-proxy nochain drop', 'No such file or directory'],
    ['delete chain ip kube-proxy svc-a/b', 'Device or resource busy'],
    [
      'add element ip kube-proxy service-ips { 10.0.0.9 . tcp . 80 : goto nowhere }',
      'No such file or directory',
    ],
    ['add element ip kube-proxy service-ips { 10.0.0.1 . tcp . 80 : drop }', 'File exists'],
    [
      'add chain ip kube-proxy filter-input { type filter hook input priority 5 ; }',
      'Operation not supported',
    ],
    ['add rule ip kube-proxy svc-a/b jump svc-a/b', 'Too many links'],
    ['delete element ip kube-proxy cluster-ips { 9.9.9.9 }', 'No such file or directory'],
    ['delete map ip kube-proxy service-ips', 'Device or resource busy'],
    ['add rule ip kube-proxy filter-input ip daddr @nope drop', 'No such file or directory'],
    ['add rule ip kube-proxy filter-input dnat to 1.2.3.4', 'Operation not supported'],
    ['flush chain ip kube-proxy nochain', 'No such file or directory'],
    ['add chain ip nope x', 'No such file or directory'],
    ['flush set ip kube-proxy nope', 'No such file or directory'],
    ['add table ip', 'unexpected newline'],
    ['add rule ip kube-proxy nat-output foo bar', 'unexpected foo bar'],
    ['add rule ip kube-proxy nat-output ip daddr 10.0.0.300 drop', 'Could not resolve'],
    ['add rule ip kube-proxy nat-output tcp dport 70000 drop', 'exceeds valid range'],
    ['nonsense', 'unexpected newline'],
  ])('%s is an error at its line, and nothing of the transaction holds', (line, message) => {
    const netns = loaded();
    const result = netns.nftLoad([
      'add chain ip kube-proxy other',
      'flush set ip kube-proxy cluster-ips',
      line,
    ]);
    expect(result).toMatchObject({
      ok: false,
      error: { text: line, message: expect.stringContaining(message) },
    });
    expect(netns.nftList()).toBe(LISTED);
  });

  test('a chain may go once nothing leads to it any more', () => {
    const netns = loaded([
      ...BASE,
      'add rule ip kube-proxy filter-input ip daddr . meta l4proto . th dport vmap @service-ips',
    ]);
    expect(netns.nftLoad('delete chain ip kube-proxy svc-a/b').ok).toBe(false);
    expect(
      netns.nftLoad([
        'delete element ip kube-proxy service-ips { 10.0.0.1 . tcp . 80 }',
        'delete chain ip kube-proxy svc-a/b',
      ]),
    ).toEqual({ ok: true });
    expect(netns.nftList()).not.toContain('svc-a/b');
  });
});
