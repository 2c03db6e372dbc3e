import type { NodeRules } from './workload.ts';

/**
 * A rule of every kind that kube-proxy, CNI plugins and NetworkPolicy agents write, on node-1: each has a port of its
 * own, at which every pod and machine is then asked.
 */
export function everyRule(address: (pod: string) => string): NodeRules {
  const [p1a, p1b, p2a, p2b] = ['p1a', 'p1b', 'p2a', 'p2b'].map(address) as [string, string, string, string];
  const icmpKinds = [
    'icmp-net-unreachable',
    'icmp-host-unreachable',
    'icmp-proto-unreachable',
    'icmp-port-unreachable',
    'icmp-net-prohibited',
    'icmp-host-prohibited',
    'icmp-admin-prohibited',
  ];
  const rejects = (chain: string) =>
    icmpKinds.flatMap((kind, place) =>
      ['tcp', 'udp'].map(
        (protocol) => `-A ${chain} -p ${protocol} --dport ${7001 + place} -j REJECT --reject-with ${kind}`,
      ),
    );
  return {
    node: 'node-1',
    sets: `create blocked hash:ip
add blocked ${p1a}
add blocked ${p2b}
create ranges hash:net
add ranges 100.96.0.0/16
add ranges 100.96.2.0/24 nomatch
add ranges ${p2b}/32
create pairs hash:ip,port
add pairs ${p1a},tcp:7052
add pairs ${p1b},udp:7052
add pairs ${p1b},tcp:7053-7054
create triples hash:ip,port,net
add triples ${p1b},tcp:7055,10.0.0.0/24
add triples ${p1b},udp:7055,100.96.2.0/24
`,
    text: `*raw
-A PREROUTING -p tcp --dport 7010 -j DROP
-A PREROUTING -p tcp --dport 7011 -j CT --notrack
-A PREROUTING -p udp -s ${p2b} --dport 8081 -j NOTRACK
-A OUTPUT -p tcp --dport 7011 -j CT --notrack
COMMIT
*mangle
-A PREROUTING -p tcp --dport 7012 -j MARK --set-mark 0x7
-A PREROUTING -p tcp --dport 7013 -j MARK --set-xmark 0x70/0xf0
-A FORWARD -p tcp --dport 7014 -j DROP
-A OUTPUT -p tcp --dport 7012 -j MARK --or-mark 0x7
COMMIT
*nat
-A PREROUTING -i cni0 -p tcp --dport 7020 -j REDIRECT --to-ports 10250
-A PREROUTING -p tcp --dport 7021 -j DNAT --to-destination ${p1a}:8080
-A PREROUTING -p tcp --dport 7022 -j DNAT --to-destination :8080
-A PREROUTING -p udp --dport 7022 -j DNAT --to-destination :8081
-A PREROUTING -p icmp -d ${p1b} -j DNAT --to-destination ${p1a}
-A OUTPUT -p tcp --dport 7023 -j DNAT --to-destination ${p2a}:8080
-A OUTPUT -p tcp --dport 7024 -j REDIRECT --to-ports 10250
-A POSTROUTING -s ${p1b} -d ${p2a} -p tcp --dport 8080 -j SNAT --to-source 10.0.0.11:5000-5999
-A POSTROUTING -s ${p1b} -d ${p2b} -p udp -j SNAT --to-source 10.0.0.11
COMMIT
*filter
:RULES - [0:0]
:MINE - [0:0]
:RETURNS - [0:0]
:ENDS - [0:0]
-I FORWARD -j RULES
-I INPUT -j RULES
-I OUTPUT -j MINE
${rejects('RULES').join('\n')}
-A RULES -p tcp --dport 7008 -j REJECT --reject-with tcp-reset
-A RULES -p icmp -m icmp --icmp-type echo-request -d ${p2a} -j REJECT --reject-with icmp-admin-prohibited
-A RULES -m conntrack --ctstate UNTRACKED -p tcp --dport 7011 -j REJECT --reject-with icmp-host-prohibited
-A RULES -m mark --mark 0x7 -j REJECT --reject-with icmp-host-prohibited
-A RULES -m mark ! --mark 0/0x40 -p tcp --dport 7013 -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp -m multiport --dports 7031,7033:7035 -j REJECT --reject-with icmp-host-prohibited
-A RULES -p udp -m multiport ! --dports 7032:65535,1:7030,8081 -j REJECT --reject-with icmp-host-prohibited
-A RULES -p tcp --dport 7040 -j LOG --log-prefix "seen: " --log-level 6
-A RULES -p tcp --dport 7040 -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7041 -g ENDS
-A RULES -p tcp --dport 7041 -j DROP
-A RULES -p tcp --dport 7042 -j RETURNS
-A RULES -p tcp --dport 7042 -j REJECT --reject-with icmp-net-prohibited
-A ENDS -p tcp -m comment --comment "it goes back to whoever called RULES"
-A RETURNS -p tcp --dport 7042 -j RETURN
-A RETURNS -j DROP
-A RULES -p tcp --dport 7050 -m set --match-set blocked src -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7051 -m set ! --match-set ranges src -j REJECT --reject-with icmp-net-prohibited
-A RULES -m set --match-set pairs dst,dst -j REJECT --reject-with icmp-net-prohibited
-A RULES -m set --match-set triples dst,dst,src -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7060 -m recent --name seen --set
-A RULES -p tcp --dport 7060 -m recent --name seen --rcheck --seconds 600 --hitcount 1 -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7061 -m recent --name never --rcheck -j DROP
-A RULES -p tcp --dport 7062 -m recent ! --name never --update --seconds 5 -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7070 --tcp-flags SYN,ACK SYN -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7071 ! --syn -j DROP
-A RULES -p tcp --dport 7072 -m addrtype --dst-type LOCAL -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp --dport 7072 -m addrtype ! --src-type LOCAL --dst-type UNICAST -j REJECT --reject-with icmp-host-prohibited
-A RULES -p tcp --dport 7073 -m state --state NEW -j REJECT --reject-with icmp-net-prohibited
-A RULES -p tcp -m conntrack --ctstate DNAT --ctorigdstport 7021 -s ${p2b} -j REJECT --reject-with icmp-net-prohibited
-A RULES -m conntrack --ctproto 17 --ctdir ORIGINAL --ctorigdst ${p1b} -p udp --dport 7074 -j REJECT --reject-with icmp-host-prohibited
-A RULES -i cni+ -p tcp --dport 7075 -j REJECT --reject-with icmp-net-prohibited
-A RULES ! -i cni0 -p tcp --dport 7076 -j REJECT --reject-with icmp-net-prohibited
-A RULES -m physdev --physdev-is-bridged -p tcp --dport 7077 -j REJECT --reject-with icmp-net-prohibited
-A RULES -m physdev --physdev-in veth+ -p tcp --dport 7078 -j REJECT --reject-with icmp-net-prohibited
-A RULES ! -p tcp -s 10.0.0.0/30,10.0.0.12 -d ${p1a} -j REJECT --reject-with icmp-host-prohibited
${rejects('MINE').join('\n')}
-A MINE -p tcp --dport 7008 -j REJECT --reject-with tcp-reset
-A MINE -p tcp --dport 7010 -j DROP
-A MINE -p udp --dport 7010 -j DROP
-A MINE -p icmp -d ${p2b} -j REJECT --reject-with icmp-host-prohibited
-A MINE -p icmp -d 10.0.0.12 -j DROP
-A MINE -o lo -p tcp --dport 7075 -j REJECT --reject-with icmp-net-prohibited
COMMIT
`,
  };
}

const TCP_PORTS = [
  ...range(7001, 7008),
  ...range(7010, 7014),
  ...range(7020, 7024),
  7031,
  7032,
  7034,
  ...range(7040, 7042),
  ...range(7050, 7055),
  ...range(7060, 7062),
  ...range(7070, 7073),
  ...range(7075, 7078),
  8080,
];
const UDP_PORTS = [...range(7001, 7007), 7010, 7022, 7031, 7052, 7055, 7074, 8081];

/** What `everyRule` is asked by. */
export const EVERY_PORT = [
  ...TCP_PORTS.map((port) => ({ protocol: 'tcp' as const, port })),
  ...UDP_PORTS.map((port) => ({ protocol: 'udp' as const, port })),
  { protocol: 'icmp' as const, port: 0 },
];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
