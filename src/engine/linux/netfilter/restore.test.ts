import { describe, expect, test } from 'vitest';
import { createTestNetwork } from '../testing.ts';

const node = () => createTestNetwork().addNetns('node');
const filter = (...lines: string[]) => `*filter\n${lines.join('\n')}\nCOMMIT\n`;

describe('iptables-restore', () => {
  test.each([
    ['-A INPUT --foo 1', 'unknown option "--foo"'],
    ['-A INPUT -m foo -j DROP', "Couldn't load match `foo':No such file or directory"],
    ['-A INPUT -p foo -j DROP', 'unknown protocol "foo" specified'],
    ['-A INPUT -s 10.0.0.300 -j DROP', "host/network `10.0.0.300' not found"],
    ['-A INPUT -p tcp --dport 80000 -j DROP', "invalid port/service `80000' specified"],
    ['-A INPUT -o eth0 -j DROP', "Can't use -o with INPUT"],
    ['-A INPUT -m comment -j DROP', 'comment: option "--comment" must be specified'],
    [
      '-A INPUT -m statistic --mode random --probability 2 -j DROP',
      'statistic: Bad value for "--probability" option: "2"',
    ],
    ['-A NOWHERE -j DROP', 'No chain/target/match by that name.'],
    ['-A INPUT -j DROP -j DROP', 'multiple -j flags not allowed'],
    ['-D INPUT -j DROP', 'Bad rule (does a matching rule exist in that chain?).'],
    ['-A INPUT -j', 'option "-j" requires an argument'],
    ['-A INPUT stray', "Bad argument `stray'"],
    ['nonsense', 'unknown option "nonsense"'],
    ['-A INPUT -m limit --limit 1/s -j DROP', 'the match "limit" is not simulated here'],
    ['-A INPUT -p tcp -j TCPMSS --set-mss 1300', 'the target "TCPMSS" is not simulated here'],
    ['-A INPUT -m statistic --mode nth --every 2 -j DROP', 'statistic: the mode "nth" is not simulated here'],
  ])('%s is an error at its line, never ignored', (line, message) => {
    const netns = node();
    expect(netns.iptablesRestore(filter(':X - [0:0]', line))).toEqual({
      ok: false,
      error: { line: 3, text: line, message },
    });
    expect(netns.iptablesSave()).toBe('');
  });

  test('namespaces that read the same text share what it came to, but not what differs around it', () => {
    const network = createTestNetwork();
    const own = (target: string) => filter(':OTHER - [0:0]', `-A OTHER -j ${target}`);
    const text = filter(':SHARED - [0:0]', '-A SHARED -p tcp -j OTHER');
    const load = (name: string, target: string) => {
      const netns = network.addNetns(name);
      for (const input of [own(target), text])
        expect(netns.iptablesRestore(input, { noflush: true }).ok).toBe(true);
      return netns.iptablesSave();
    };
    expect(load('a', 'DROP')).toBe(load('b', 'DROP'));
    expect(load('c', 'ACCEPT')).toBe(load('a2', 'DROP').replace('-A OTHER -j DROP', '-A OTHER -j ACCEPT'));
    const looping = network.addNetns('d');
    const before = filter(':SHARED - [0:0]', ':OTHER - [0:0]', '-A OTHER -j SHARED', '-A INPUT -j OTHER');
    expect(looping.iptablesRestore(before, { noflush: true }).ok).toBe(true);
    expect(looping.iptablesRestore(text, { noflush: true })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('leads back to itself') },
    });
    expect(network.addNetns('e').iptablesRestore(text, { noflush: true }).ok).toBe(false);
  });

  test('a jump to a chain that is not there is refused at COMMIT', () => {
    const result = node().iptablesRestore(filter('-A INPUT -j NOWHERE'));
    expect(result).toMatchObject({
      ok: false,
      error: { line: 3, message: expect.stringContaining('No such file or directory') },
    });
  });

  test('chains that lead back to themselves are refused as soon as a built-in chain leads to them', () => {
    const netns = node();
    expect(netns.iptablesRestore(filter('-N A', '-N B', '-A A -j B', '-A B -j A'))).toEqual({ ok: true });
    expect(netns.iptablesRestore(filter('-A INPUT -j A'), { noflush: true })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('Too many levels of symbolic links') },
    });
  });

  test('a chain that is still used is not deleted', () => {
    const netns = node();
    netns.iptablesRestore(filter('-N A', '-A INPUT -j A'));
    expect(netns.iptablesRestore(filter('-X A'), { noflush: true }).ok).toBe(false);
    expect(netns.iptablesRestore(filter('-F INPUT', '-X A'), { noflush: true })).toEqual({ ok: true });
    expect(netns.iptablesSave()).not.toContain(':A ');
  });

  test('a table is taken whole or not at all, and the tables before it stay', () => {
    const netns = node();
    const result = netns.iptablesRestore(
      `${filter('-A INPUT -j DROP')}*nat\n-A PREROUTING -j ACCEPT\n-A PREROUTING --oops\nCOMMIT\n`,
    );
    expect(result).toMatchObject({ ok: false, error: { line: 6 } });
    expect(netns.iptablesSave()).toBe(
      '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n',
    );
  });

  test("without --noflush a named table is emptied first; with it, only the named chains of one's own", () => {
    const netns = node();
    netns.iptablesRestore(
      filter(':A - [0:0]', ':B - [0:0]', '-A INPUT -j A', '-A A -j DROP', '-A B -j DROP'),
    );
    netns.iptablesRestore(filter(':A - [0:0]', ':INPUT ACCEPT [0:0]', '-A A -j ACCEPT'), { noflush: true });
    expect(
      netns
        .iptablesSave()
        .split('\n')
        .filter((line) => line.startsWith('-A')),
    ).toEqual(['-A INPUT -j A', '-A A -j ACCEPT', '-A B -j DROP']);
    netns.iptablesRestore(filter('-A OUTPUT -j ACCEPT'));
    expect(netns.iptablesSave()).not.toContain(':A ');
  });

  test('rules are put in, replaced and taken out by number or by their text', () => {
    const netns = node();
    netns.iptablesRestore(
      filter(
        '-A INPUT -s 10.0.0.1 -j DROP',
        '-A INPUT -s 10.0.0.3 -j DROP',
        '-I INPUT 2 -s 10.0.0.2 -j DROP',
        '-I INPUT -s 10.0.0.0 -j DROP',
      ),
    );
    netns.iptablesRestore(
      filter('-D INPUT 1', '-D INPUT -s 10.0.0.3/32 -j DROP', '-R INPUT 1 -s 10.0.0.9 -j DROP'),
      { noflush: true },
    );
    expect(
      netns
        .iptablesSave()
        .split('\n')
        .filter((line) => line.startsWith('-A')),
    ).toEqual(['-A INPUT -s 10.0.0.9/32 -j DROP', '-A INPUT -s 10.0.0.2/32 -j DROP']);
  });

  test('what is saved can be restored, and is saved again the same', () => {
    const netns = node();
    const text = filter(
      ':INPUT DROP [0:0]',
      ':FORWARD ACCEPT [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      ':SELF - [0:0]',
      '-A INPUT ! -s 10.0.0.0/8 -i eth+ -p tcp -m comment --comment "say \\"hi\\"" -m tcp ! --dport 80:90 -m conntrack --ctstate NEW,RELATED -j SELF',
      '-A INPUT -p icmp -m icmp --icmp-type 8 -j REJECT --reject-with icmp-host-prohibited',
      '-A SELF -m statistic --mode random --probability 0.33333333349 -g SELF2',
      '-A SELF -j RETURN',
    )
      .replace(':SELF -', ':SELF2 - [0:0]\n:SELF -')
      .replace(':SELF2 - [0:0]\n:SELF - [0:0]', ':SELF - [0:0]\n:SELF2 - [0:0]');
    expect(netns.iptablesRestore(text)).toEqual({ ok: true });
    expect(netns.iptablesSave()).toBe(text);
  });

  test('counters are read and printed when asked for', () => {
    const netns = node();
    netns.iptablesRestore('*filter\n:INPUT ACCEPT [7:700]\n[5:300] -A INPUT -j DROP\nCOMMIT\n', {
      counters: true,
    });
    expect(netns.iptablesSave({ counters: true })).toContain(
      ':INPUT ACCEPT [7:700]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[5:300] -A INPUT -j DROP',
    );
  });
});
