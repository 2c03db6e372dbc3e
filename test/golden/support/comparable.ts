import type { Step } from '../record/lab.ts';

/** What a tool printed, for the comparison. */
export interface Printed {
  readonly output: string;
  readonly errors: string;
  readonly status: number;
}

/** Whose order is the kernel's hash tables'. */
const UNORDERED =
  /^(?:busybox )?(?:ss|netstat -t|netstat -u|conntrack -[LD]|bridge fdb|ip (?:-s )?neigh|arp|brctl showmacs)/;

const EVERYWHERE: readonly (readonly [RegExp, string])[] = [
  [/\r\n/g, '\n'],
  [/\r/g, '\n'],
  [/[ \t]+$/gm, ''],
  [/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'MAC'],
  // Ports that the kernel chooses.
  [/(?<=[:.=]|port )(?:3[3-9]|[45]\d|60)\d{3}\b/g, 'PORT'],
  // Which busybox it is, and what kubectl says after it.
  [/^BusyBox v[\d.]+ \(.*\) multi-call/gm, 'BusyBox VERSION multi-call'],
  [/^command terminated with exit code \d+\n/gm, ''],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE'],
  [/[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d (?:UTC )?\d{4}/g, 'DATE'],
];

const OF_TOOLS: readonly (readonly [RegExp, readonly (readonly [RegExp, string])[]])[] = [
  [
    /^(?:busybox )?ping/,
    [
      [/time=[\d.]+ ms/g, 'time=T ms'],
      [/time \d+ms/g, 'time Tms'],
      [/= [\d./]+ ms/g, '= T ms'],
      [/, pipe \d+/g, ''],
      [/, ipg\/ewma [\d./]+ ms/g, ''],
    ],
  ],
  [/^(?:busybox )?(?:traceroute|tracepath)/, [[/\d+\.\d+ ?ms/g, 'T ms']]],
  [
    /^mtr/,
    [
      [/(?<=%\s+\d+)(?:\s+[\d.]+){5}/g, ' T'],
      [/^Start: .*$/gm, 'Start: DATE'],
      [/HOST: \S+ +Loss/, 'HOST: NAME Loss'],
    ],
  ],
  [
    /^(?:dig|host|nslookup)/,
    [
      [/, id: \d+/g, ', id: N'],
      [/Query time: \d+ msec/g, 'Query time: T msec'],
      [/WHEN: .*/g, 'WHEN: DATE'],
      [/MSG SIZE {2}rcvd: \d+/g, 'MSG SIZE  rcvd: N'],
      // The record's name server and CoreDNS each have their own buffer size, and a serial of their own.
      [/udp: \d+/g, 'udp: N'],
      [/\b17\d{8}\b/g, 'SERIAL'],
      [/serial = \d+/g, 'serial = SERIAL'],
    ],
  ],
  [
    /^iptables/,
    [
      [/\[\d+:\d+\]/g, '[N:N]'],
      [/policy (\S+) \d+[KMG]? packets, \d+[KMG]? bytes/g, 'policy $1 N packets, N bytes'],
      [/^((?:\d+ +)??) *\d+[KMG]? +\d+[KMG]? (?=\S)/gm, '$1N N '],
    ],
  ],
  [/^nft/, [[/counter packets \d+ bytes \d+/g, 'counter packets N bytes N']]],
  [
    /^conntrack/,
    [
      [/^( *\[\w+\] )?(\w+ +\d+) \d+ /gm, '$1$2 T '],
      [/ id=\d+/g, ' id=N'],
      [/^\d+$/gm, 'N'],
      // --random-fully takes any port.
      [/port=(?!8080\b|30080\b|10250\b)\d{4,5}\b/g, 'port=PORT'],
      [/use=\d/g, 'use=N'],
      // What merely ran out meanwhile.
      [/^\[DESTROY\].*\n/gm, ''],
      [/\d+ flow events have/g, 'N flow events have'],
      // Either of the two DNS servers.
      [/src=100\.96\.[12]\.2 (dst=\S+ sport=53)/g, 'src=DNS $1'],
    ],
  ],
  [
    /^ss/,
    [
      [/users:\(\(.*\)\)/g, 'users:PROGRAM'],
      [/^(LISTEN|(?:tcp|udp) +LISTEN) +0 +\d+ +/gm, '$1 0 N '],
      [/ +/g, ' '],
    ],
  ],
  [
    /^(?:busybox )?netstat/,
    [
      [/\d+\/\S+/g, 'PROGRAM'],
      [/ +/g, ' '],
    ],
  ],
  [/^curl/, [[/after \d+ (m?s|milliseconds)/g, 'after T $1']]],
  [
    // Not silent.
    /^curl(?! (?:.* )?-\w*s)/,
    [
      // The progress meter, wherever it breaks in, with the line ends around it.
      [/ *\d+ +[\dk]+ +\d+ +[\dk]+ +\d+ +\d+ +[\dk]+ +\d+(?: +(?:-|\d)[-\d]*:[-:\d]+){3} +[\dk]+/g, ''],
      [/\n+/g, '\n'],
    ],
  ],
  [
    /^(?:busybox )?wget/,
    [
      [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'DATE'],
      [/\([\d.]+ [KMG]?B\/s\)/g, '(SPEED)'],
      [/100% +[\d.]+[KMG]?=[\d.]+s/g, '100% SPEED'],
    ],
  ],
  [
    /^tcpdump/,
    [
      [/^\d\d:\d\d:\d\d\.\d{6} /gm, 'TIME '],
      [/\bid \d+, (?=seq|off)/g, 'id N, '],
      [/\bid \d+\b/g, 'id N'],
      [/TS val \d+ ecr \d+/g, 'TS val N ecr N'],
      [/\bwin \d+/g, 'win N'],
      [/wscale \d+/g, 'wscale N'],
      [/\b(seq|ack) \d{5,}/g, '$1 N'],
      [/seq N:\d+/g, 'seq N:N'],
      [/curl\/[\d.]+/g, 'curl/VERSION'],
      // -A: headers as text are numbers too.
      [/^E\.[\s\S]*?(?=HTTP\/|^TIME |^tcpdump:|\n\n)/gm, ''],
      [/\n\n+/g, '\n'],
      [/cksum 0x[0-9a-f]+ \(.*?\)/g, 'cksum'],
      [/ \d+([+*-]*) (?=\[|A+\?|PTR\?|\d+\/\d+\/\d+)/g, ' N$1 '],
      [/\d+ packets? (?=captured|received by filter)/g, 'N packets '],
    ],
  ],
  [
    /^(?:busybox )?(?:ip|arp)/,
    [
      // Each world has its own names for namespaces; a node's card is one end of a cable in the recording.
      [/ link-netns(?:id)? \S+/g, ' link-netns NAME'],
      [/eth0@if5(?=[: ])/g, 'eth0'],
      [/(eth0: .* )qdisc (?:noqueue|fq_codel)/g, '$1qdisc Q'],
      [/^(\s+link\/ether MAC brd MAC) link-netns NAME$/gm, '$1'],
      [/^eth0 +UP/gm, 'eth0 UP'],
      [/gc_timer +[\d.]+/g, 'gc_timer T'],
    ],
  ],
  // The simulated node's kubelet probes its pods all the time, and knows them.
  [/^(?:ip (?:-s )?neigh|arp)/, [[/^.*\bcni0\b.*\n?/gm, '']]],
  [/^brctl showmacs/, [[/^ +\d+\tMAC\tno.*\n/gm, '']]],
  [/^bridge fdb/, [[/^MAC dev veth\d+ master cni0$\n/gm, '']]],
  [
    /^ipset/,
    [
      [/initval 0x[\da-f]+/g, 'initval N'],
      [/Size in memory: \d+/g, 'Size in memory: N'],
    ],
  ],
  [
    /^ip /,
    [
      [/ (?:used \d+\/\d+\/\d+|probes \d+)/g, ''],
      [/(?<=\d )(?:REACHABLE|STALE|DELAY|PROBE)/g, 'KNOWN'],
    ],
  ],
];

/** One text of all that was printed, without what differs from one time to the next: counters, ports, times, addresses of cards. */
export function comparable(step: Step, printed: Printed): string {
  const tidy = (text: string) => {
    const rules = OF_TOOLS.filter(([tool]) => tool.test(step.command)).flatMap(
      ([, replacements]) => replacements,
    );
    const plain = [...EVERYWHERE, ...rules].reduce((rest, [pattern, by]) => rest.replace(pattern, by), text);
    const lines = plain.trimEnd().split('\n');
    return UNORDERED.test(step.command) ? [...lines].sort().join('\n') : lines.join('\n');
  };
  return `${tidy(printed.output)}\n--\n${tidy(printed.errors)}\n-- ${step.during && printed.status === 130 ? 0 : printed.status}`;
}
