import type { KubernetesObject } from '../../../engine/index.ts';
import { formatTable } from '../../text/table.ts';
import { CONTEXT_NAME, FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { formatProblem, printObjects } from './print-objects.ts';
import { findResource } from './resource-arguments.ts';

const CLUSTER = 'kubernetes';
const USER = 'kubernetes-admin';

/** Models pkg/cmd/config (kubectl v1.36) on the one context that kubeadm writes. */
export const configCommand: KubectlCommand = {
  name: 'config',
  usage: 'config SUBCOMMAND',
  summary: 'Show and change the kubeconfig',
  flags: [],
  examples: [
    'kubectl config set-context --current --namespace=hello-namespace',
    'kubectl config get-contexts',
    'kubectl config current-context',
  ],
  subcommands: [
    {
      name: 'set-context',
      usage: 'config set-context (NAME | --current) [--namespace=NAMESPACE]',
      summary: 'Change a context: its namespace, say',
      arguments: [],
      flags: [{ name: 'current', help: 'The current context' }],
      examples: ['kubectl config set-context --current --namespace=hello-namespace'],
      run: setContext,
    },
    {
      name: 'current-context',
      usage: 'config current-context',
      summary: 'Show the current context',
      flags: [],
      examples: ['kubectl config current-context'],
      run(context) {
        context.out(`${CONTEXT_NAME}\n`);
        return 0;
      },
    },
    {
      name: 'get-contexts',
      usage: 'config get-contexts [NAME]',
      summary: 'List the contexts',
      flags: [
        { name: 'output', short: 'o', value: 'name', help: 'Only the names' },
        { name: 'no-headers', help: 'Without the header line' },
      ],
      examples: ['kubectl config get-contexts'],
      run(context) {
        const [name] = context.args;
        if (name !== undefined && name !== CONTEXT_NAME) {
          context.out(formatTable([['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']]));
          return context.fail(`context ${name} not found`);
        }
        if (context.flags.text('output') === 'name') {
          context.out(`${CONTEXT_NAME}\n`);
          return 0;
        }
        const row = [
          '*',
          CONTEXT_NAME,
          CLUSTER,
          USER,
          context.process.session.namespace === 'default' ? '' : context.process.session.namespace,
        ];
        const header = ['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE'];
        context.out(formatTable(context.flags.has('no-headers') ? [row] : [header, row]));
        return 0;
      },
    },
    {
      name: 'use-context',
      aliases: ['use'],
      usage: 'config use-context NAME',
      summary: 'Make a context the current one',
      flags: [],
      examples: [`kubectl config use-context ${CONTEXT_NAME}`],
      run(context) {
        const [name = ''] = context.args;
        if (context.args.length !== 1) return context.fail(`Unexpected args: [${context.args.join(' ')}]`);
        if (name !== CONTEXT_NAME) return context.fail(`no context exists with the name: "${name}"`);
        context.out(`Switched to context "${name}".\n`);
        return 0;
      },
    },
    nameList('get-clusters', 'List the clusters', CLUSTER),
    nameList('get-users', 'List the users', USER),
    {
      name: 'view',
      usage: 'config view',
      summary: 'Show the kubeconfig',
      flags: [
        { name: 'minify', help: 'Only the current context' },
        { name: 'raw', help: 'With certificates and keys (not simulated)' },
        FLAG.output,
      ],
      examples: ['kubectl config view', "kubectl config view --minify -o jsonpath='{..namespace}'"],
      run: view,
    },
    ...[
      'delete-cluster',
      'delete-context',
      'delete-user',
      'rename-context',
      'set',
      'set-cluster',
      'set-credentials',
      'unset',
    ].map(notSimulated),
  ],
};

function nameList(name: string, summary: string, only: string): KubectlCommand {
  return {
    name,
    usage: `config ${name}`,
    summary,
    flags: [],
    examples: [`kubectl config ${name}`],
    run(context) {
      context.out(`NAME\n${only}\n`);
      return 0;
    },
  };
}

/** The kubeconfig that kubeadm wrote has one of each, and stays so. */
function notSimulated(name: string): KubectlCommand {
  return {
    name,
    usage: `config ${name}`,
    summary: 'Not simulated: there is one cluster, one user, one context',
    flags: [],
    examples: [],
    run({ process, err }) {
      err(process.session.say({ id: 'shell.not-simulated', values: { command: `kubectl config ${name}` } }));
      return 1;
    },
  };
}

function view(context: KubectlContext): number {
  const { namespace, cluster } = context.process.session;
  const server = cluster.options.nodes?.find(({ role }) => role === 'control-plane')?.address ?? '10.0.0.10';
  const config = {
    apiVersion: 'v1',
    clusters: [
      {
        cluster: { 'certificate-authority-data': 'DATA+OMITTED', server: `https://${server}:6443` },
        name: CLUSTER,
      },
    ],
    contexts: [
      {
        context: { cluster: CLUSTER, ...(namespace !== 'default' && { namespace }), user: USER },
        name: CONTEXT_NAME,
      },
    ],
    'current-context': CONTEXT_NAME,
    kind: 'Config',
    users: [
      { name: USER, user: { 'client-certificate-data': 'DATA+OMITTED', 'client-key-data': 'DATA+OMITTED' } },
    ],
  };
  const format = context.flags.text('output') ?? 'yaml';
  const problem = formatProblem(format);
  if (problem) return context.fail(problem);
  const object = config as unknown as KubernetesObject;
  const printed = printObjects(context, [{ resource: findResource('configmaps')!, object }], format, true);
  if (!printed.ok) return context.fail(printed.message);
  context.out(printed.text);
  return 0;
}

function setContext(context: KubectlContext): number {
  const { flags, args, process } = context;
  const current = flags.has('current');
  const [name] = args;
  if (!current && name === undefined)
    return context.fail('you must specify a non-empty context name or --current');
  if (current && name !== undefined)
    return context.fail('you cannot specify both a context name and --current');
  if (!current && name !== CONTEXT_NAME)
    return context.fail(`this simulation has one context only: "${CONTEXT_NAME}"`);
  const namespace = flags.text('namespace');
  if (namespace !== undefined) process.session.namespace = namespace || 'default';
  context.out(`Context "${CONTEXT_NAME}" modified.\n`);
  return 0;
}
