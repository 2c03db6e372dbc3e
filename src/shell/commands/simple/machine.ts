import type { Command } from '../../process.ts';

export const hostname: Command = {
  name: 'hostname',
  group: 'machine',
  usage: 'hostname [-i]',
  flags: [
    { short: 'i', help: 'Its address' },
    { short: 'f', help: 'Its full name' },
  ],
  examples: ['kubectl exec client -- hostname'],
  run({ args, stdout, machine, files }) {
    const { hostname: name } = machine.context;
    if (args.includes('-i') || args.includes('-I')) {
      const line = (files.read('/etc/hosts') ?? '')
        .split('\n')
        .find((one) => one.split(/\s+/).slice(1).includes(name));
      stdout.write(`${line?.split(/\s+/)[0] ?? ''}\n`);
    } else stdout.write(`${name}\n`);
    return 0;
  },
};

export const env: Command = {
  name: 'env',
  aliases: ['printenv'],
  group: 'machine',
  usage: 'env [NAME=VALUE… COMMAND]',
  flags: [],
  examples: ['kubectl exec client -- env'],
  run(process) {
    const { args, env: variables, stdout, name } = process;
    if (name === 'printenv' && args.length > 0) {
      const found = args.filter((key) => Object.hasOwn(variables, key));
      stdout.write(found.map((key) => `${variables[key]}\n`).join(''));
      return found.length === args.length ? 0 : 1;
    }
    const at = args.findIndex((word) => !/^\w+=/.test(word));
    const extra = Object.fromEntries(
      (at === -1 ? args : args.slice(0, at)).map((word) => [
        word.slice(0, word.indexOf('=')),
        word.slice(word.indexOf('=') + 1),
      ]),
    );
    if (at !== -1) return process.runProgram(args.slice(at), { env: extra });
    stdout.write(
      Object.entries({ ...variables, ...extra })
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    return 0;
  },
};

export const clear: Command = {
  name: 'clear',
  group: 'shell',
  builtin: true,
  usage: 'clear',
  flags: [],
  examples: ['clear'],
  run(process) {
    process.clear();
    return 0;
  },
};

export const whoami: Command = {
  name: 'whoami',
  aliases: ['id'],
  group: 'machine',
  usage: 'whoami',
  flags: [],
  examples: ['ssh node-1 whoami'],
  run({ name, stdout, machine, env }) {
    const learner = machine.kind === 'workstation' && env.USER !== 'root';
    const user = learner ? 'learner' : 'root';
    const id = learner ? '1000' : '0';
    stdout.write(
      name === 'id' ? `uid=${id}(${user}) gid=${id}(${user}) groups=${id}(${user})\n` : `${user}\n`,
    );
    return 0;
  },
};
