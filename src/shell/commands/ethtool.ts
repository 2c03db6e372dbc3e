import type { Command } from '../process.ts';
import { netnsOf } from './netns.ts';

/** `ethtool -S` of a veth names its other end's number; `-i` tells what kind of device it is. */
export const ethtoolCommand: Command = {
  name: 'ethtool',
  group: 'network',
  usage: 'ethtool (-S | -i) DEVICE',
  flags: [
    { name: 'statistics', short: 'S', value: 'DEVICE', help: 'A veth’s other end' },
    { name: 'driver', short: 'i', value: 'DEVICE', help: 'The driver' },
  ],
  examples: ['ssh node-1 ethtool -S veth1'],
  run(process) {
    const [flag, name] = process.args.length > 1 ? process.args : ['', process.args[0]];
    const link = netnsOf(process)
      .links()
      .find((each) => each.name === name);
    if (name === undefined) {
      process.stderr.write('ethtool: bad command line argument(s)\nFor more information run ethtool -h\n');
      return 1;
    }
    if (!link) {
      process.stderr.write(
        flag === ''
          ? `Settings for ${name}:\n`.concat('netlink error: No such device\nNo data available\n')
          : `Cannot get ${flag === '-S' ? 'stats strings information' : 'driver information'}: No such device\n`,
      );
      return flag === '' ? 75 : 71;
    }
    if (flag === '-S' || flag === '--statistics') {
      if (!link.peer) {
        process.stdout.write('no stats available\n');
        return 94;
      }
      process.stdout.write(`NIC statistics:\n     peer_ifindex: ${link.peer.index}\n`);
      return 0;
    }
    if (flag === '-i' || flag === '--driver') {
      const driver = link.kind === 'ethernet' ? 'veth' : link.kind === 'loopback' ? undefined : link.kind;
      if (driver === undefined) {
        process.stderr.write('Cannot get driver information: Operation not supported\n');
        return 71;
      }
      process.stdout.write(
        `driver: ${driver}\nversion: 1.0\nfirmware-version: \nexpansion-rom-version: \nbus-info: \nsupports-statistics: yes\nsupports-test: no\nsupports-eeprom-access: no\nsupports-register-dump: no\nsupports-priv-flags: no\n`,
      );
      return 0;
    }
    if (flag === '') {
      process.stdout.write(
        `Settings for ${name}:\n${link.kind === 'veth' ? '\tSpeed: 10000Mb/s\n\tDuplex: Full\n\tAuto-negotiation: off\n\tPort: Twisted Pair\n\tPHYAD: 0\n\tTransceiver: internal\n\tMDI-X: Unknown\n' : ''}\tLink detected: ${link.up && link.peer?.up !== false ? 'yes' : 'no'}\n`,
      );
      return 0;
    }
    process.stderr.write(
      `${process.session.say({ id: 'shell.not-simulated', values: { command: `ethtool ${flag}` } })}\n`,
    );
    return 1;
  },
};
