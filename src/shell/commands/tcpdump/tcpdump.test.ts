import { beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../../../engine/index.ts';
import { parseManifest, stringifyYaml } from '../../../manifest/index.ts';
import { createShell, createShellTime, type ShellTime } from '../../index.ts';
import type { Frame } from './describe.ts';
import { parseFilter } from './filter.ts';

const NUMBERS = { id: 7, sequence: 100, acknowledged: 200, window: 502, time: 1, echo: 2 };

/** A SYN from a pod to a Service, on its way in. */
const SYN: Frame = {
  at: 0,
  numbers: NUMBERS,
  link: undefined,
  captured: {
    device: 'cni0',
    direction: 'in',
    after: 0,
    content: {
      kind: 'ip',
      packet: {
        ethernet: { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02' },
        ip: { source: '100.96.1.4', destination: '100.64.0.81', ttl: 64, dontFragment: true },
        transport: { protocol: 'tcp', sourcePort: 40_000, destinationPort: 80, flags: ['SYN'] },
      },
    },
  },
};

describe('a filter', () => {
  test.each([
    ['', true],
    ['tcp', true],
    ['udp or icmp', false],
    ['host 100.64.0.81', true],
    ['src host 100.64.0.81', false],
    ['dst 100.64.0.81 and port 80', true],
    ['port http', true],
    ['src port 80', false],
    ['portrange 79-81', true],
    ['port 8080 or 80', true],
    ['net 100.96.0.0/11', true],
    ['src net 100.64', false],
    ['not (host 100.64.0.81 and tcp)', false],
    ['! udp && ! icmp', true],
    // Both bind alike, from the left.
    ['tcp or udp and port 53', false],
    ['tcp or (udp and port 53)', true],
    ['tcp[tcpflags] == tcp-syn', true],
    ['tcp[13] & 2 != 0', true],
    ['tcp[tcpflags] & (tcp-rst|tcp-fin) != 0', false],
    ['tcp[2:2] = 80', true],
    ['ip[8] < 64', false],
    ['ip proto \\tcp', true],
    ['greater 100', false],
    ['inbound', true],
    ['ether host 02:00:00:00:00:02', true],
    ['arp', false],
  ])('%s: %s', (text, shown) => {
    const parsed = parseFilter(text);
    expect(parsed.ok && parsed.filter(SYN)).toBe(shown);
  });

  test.each([
    ['nonsense', "can't parse filter expression: syntax error"],
    ['port', "can't parse filter expression: syntax error"],
    ['tcp port 80 and', "can't parse filter expression: syntax error"],
    ['(tcp', "can't parse filter expression: syntax error"],
    ['port http-nope', "unknown port 'http-nope'"],
    ['host nowhere', "unknown host 'nowhere'"],
  ])('%s is none: %s', (text, message) => {
    expect(parseFilter(text)).toEqual({ ok: false, message });
  });
});

describe('tcpdump beside other programs', () => {
  let cluster: Cluster;
  let time: ShellTime;
  const start = (line: string, signal = new AbortController().signal) => {
    const said = { output: '' };
    const write = (text: string) => {
      said.output += text;
    };
    const shell = createShell({
      cluster,
      time,
      files: { list: () => [], read: () => undefined, write() {} },
      parseManifests: parseManifest,
      stringifyYaml,
    });
    return {
      said,
      done: shell.run(line, { write, writeError: write, columns: 120, signal, terminal: false }),
    };
  };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

  beforeAll(() => {
    cluster = createCluster();
    time = createShellTime(cluster.clock, {
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 20)),
    });
  });

  test('in another terminal, until Ctrl-C', async () => {
    const controller = new AbortController();
    const dump = start('ssh node-1 tcpdump -n -i eth0 icmp', controller.signal);
    await turn();
    await start('ssh client ping -c 2 10.0.0.11').done;
    await turn();
    controller.abort();
    const { status } = await dump.done;
    expect(dump.said.output.match(/ICMP echo (?:request|reply), id \d+, seq [12], length 64/g)).toHaveLength(
      4,
    );
    expect(dump.said.output).toContain(
      '4 packets captured\n4 packets received by filter\n0 packets dropped by kernel\n',
    );
    expect(status).toBe(0);
  });

  test('in the background of the same line, with -c', async () => {
    const { said, done } = start(
      'ssh node-1 tcpdump -n -t -i any -c 2 icmp & sleep 1; ssh client ping -c 1 10.0.0.11; sleep 1',
    );
    await done;
    expect(said.output).toContain('eth0  In  IP 198.51.100.10 > 10.0.0.11: ICMP echo request');
    expect(said.output).toContain('2 packets captured\n');
  });

  test('shows ARP, with the question first', async () => {
    const { said, done } = start(
      'ssh node-2 "ip neigh flush dev eth0; tcpdump -n -t -i eth0 -c 2 arp & sleep 1; ping -c 1 10.0.0.11; sleep 1"',
    );
    await done;
    expect(said.output).toMatch(
      /ARP, Request who-has 10\.0\.0\.11 tell 10\.0\.0\.12, length 28\nARP, Reply 10\.0\.0\.11 is-at [0-9a-f:]{17}, length 28/,
    );
  });

  test.each([
    ['tcpdump -i nope', 'tcpdump: nope: No such device exists\n(No such device exists)\n', 1],
    ['tcpdump -c 0', 'tcpdump: invalid packet count 0\n', 1],
  ])('%s', async (line, output, status) => {
    const { said, done } = start(`ssh node-1 ${line}`);
    expect({ status: (await done).status, output: said.output }).toEqual({ status, output });
  });
});
