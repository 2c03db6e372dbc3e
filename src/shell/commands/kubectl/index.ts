import type { Command, Flag } from '../../process.ts';
import { suggest } from '../../text/suggest.ts';
import { applyCommand } from './apply.ts';
import { authCommand } from './auth.ts';
import { configCommand } from './config.ts';
import { cordonCommand, uncordonCommand } from './cordon.ts';
import { createCommand } from './create.ts';
import { debugCommand } from './debug.ts';
import { deleteCommand } from './delete.ts';
import { describeCommand } from './describe/index.ts';
import { diffCommand } from './diff.ts';
import { apiResourcesCommand, apiVersionsCommand, clusterInfoCommand, versionCommand } from './discovery.ts';
import { drainCommand } from './drain.ts';
import { editCommand } from './edit.ts';
import { eventsCommand } from './events.ts';
import { execCommand } from './exec.ts';
import { explainCommand } from './explain.ts';
import { exposeCommand } from './expose.ts';
import { getCommand } from './get.ts';
import {
  columns,
  flagText,
  GLOBAL_FLAGS,
  type KubectlCommand,
  runVerb,
  splitGlobals,
} from './kubectl-command.ts';
import { annotateCommand, labelCommand } from './label.ts';
import { logsCommand } from './logs.ts';
import { patchCommand } from './patch.ts';
import { portForwardCommand } from './port-forward.ts';
import { replaceCommand } from './replace.ts';
import { rolloutCommand } from './rollout.ts';
import { runCommand } from './run.ts';
import { scaleCommand } from './scale.ts';
import { setCommand } from './set.ts';
import { taintCommand } from './taint.ts';
import { waitCommand } from './wait.ts';

/** kubectl's verbs, in the order of its own help. */
export const VERBS: readonly KubectlCommand[] = [
  createCommand,
  exposeCommand,
  runCommand,
  setCommand,
  explainCommand,
  getCommand,
  editCommand,
  deleteCommand,
  rolloutCommand,
  scaleCommand,
  clusterInfoCommand,
  cordonCommand,
  uncordonCommand,
  drainCommand,
  taintCommand,
  describeCommand,
  logsCommand,
  execCommand,
  portForwardCommand,
  debugCommand,
  authCommand,
  eventsCommand,
  diffCommand,
  applyCommand,
  patchCommand,
  replaceCommand,
  waitCommand,
  labelCommand,
  annotateCommand,
  apiResourcesCommand,
  apiVersionsCommand,
  configCommand,
  versionCommand,
];

/** Verbs that kubectl has and this simulation does not. */
const NOT_SIMULATED = [
  'alpha',
  'attach',
  'autoscale',
  'certificate',
  'completion',
  'cp',
  'kustomize',
  'plugin',
  'proxy',
  'top',
];

export const kubectlCommand: Command = {
  name: 'kubectl',
  aliases: ['k'],
  where: 'workstation',
  group: 'kubernetes',
  usage: 'kubectl VERB [TYPE] [NAME] [flags]',
  flags: GLOBAL_FLAGS,
  examples: [
    'kubectl get pods -o wide',
    'kubectl apply -f hello.yaml',
    'kubectl exec deploy/client -- curl -s http://hello-service.hello-namespace',
  ],
  subcommands: VERBS.map((verb) => asCommand(verb)),
  async run(process) {
    const { leading, rest } = splitGlobals(process.args);
    const [name] = rest;
    if (name === undefined || name === '-h' || name === '--help' || name === 'help') {
      const [, topic] = rest;
      const verb = name === 'help' ? VERBS.find((one) => one.name === topic) : undefined;
      if (verb) return runVerb(verb, `kubectl ${verb.name}`, ['--help', ...rest.slice(2)], process);
      if (name === 'help' && topic !== undefined) process.stdout.write(`Unknown help topic [\`${topic}\`]\n`);
      process.stdout.write(help());
      return 0;
    }
    const verb = VERBS.find((one) => one.name === name || one.aliases?.includes(name));
    if (verb) return runVerb(verb, `kubectl ${verb.name}`, [...leading, ...rest.slice(1)], process);
    if (NOT_SIMULATED.includes(name)) {
      process.stderr.write(
        `${process.session.say({ id: 'shell.not-simulated', values: { command: `kubectl ${name}` } })}\n`,
      );
      return 1;
    }
    if (name === 'options') {
      const flags = columns(GLOBAL_FLAGS.map((flag) => [flagText(flag), flag.help]));
      process.stdout.write(`The following options can be passed to any command:\n\n${flags.join('\n')}\n`);
      return 0;
    }
    if (name.startsWith('-') && rest.length > 1) {
      process.stderr.write(`Error: flags cannot be placed before plugin name: ${name}\n`);
      return 1;
    }
    if (name.startsWith('-')) {
      process.stderr.write(
        `error: unknown ${name.startsWith('--') ? `flag: ${name.split('=')[0]}` : `shorthand flag: '${name[1]}' in ${name}`}\nSee 'kubectl --help' for usage.\n`,
      );
      return 1;
    }
    const near = suggest(
      name,
      VERBS.map((one) => one.name),
    );
    const ordered = VERBS.map((one) => one.name).filter((one) => near.includes(one));
    const hint =
      near.length > 0 ? `\n\nDid you mean this?\n${ordered.map((one) => `\t${one}`).join('\n')}` : '';
    process.stderr.write(`error: unknown command "${name}" for "kubectl"${hint}\n`);
    return 1;
  },
};

function help(): string {
  return [
    'kubectl controls the Kubernetes cluster manager.',
    '',
    'Commands:',
    ...columns(VERBS.map(({ name, summary }) => [name, summary])),
    '',
    'Usage:',
    '  kubectl [flags] [options]',
    '',
    'Use "kubectl <command> --help" for more information about a given command.',
    '',
  ].join('\n');
}

function asCommand(verb: KubectlCommand): Command {
  const { name, aliases, usage, flags, examples, subcommands } = verb;
  return {
    name,
    ...(aliases && { aliases }),
    group: 'kubernetes',
    usage: `kubectl ${usage}`,
    flags: [...flags, ...GLOBAL_FLAGS.filter((flag: Flag) => !flags.some((one) => one.name === flag.name))],
    examples,
    ...(verb.arguments && { arguments: verb.arguments }),
    ...(subcommands && { subcommands: subcommands.map(asCommand) }),
    run: () => 0,
  };
}
