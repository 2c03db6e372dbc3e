import { formatTable } from '../../text/table.ts';
import { CONTEXT_NAME, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';

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
        if (name !== undefined && name !== CONTEXT_NAME) return context.fail(`context ${name} not found`);
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
        if (name !== CONTEXT_NAME) return context.fail(`no context exists with the name: "${name}"`);
        context.out(`Switched to context "${name}".\n`);
        return 0;
      },
    },
    {
      name: 'view',
      usage: 'config view',
      summary: 'Show the kubeconfig',
      flags: [
        { name: 'minify', help: 'Only the current context' },
        { name: 'output', short: 'o', value: 'FORMAT', help: 'yaml or jsonpath=…' },
      ],
      examples: ['kubectl config view'],
      run(context) {
        const { host, namespace, cluster } = context.process.session;
        const server =
          cluster.options.nodes?.find(({ role }) => role === 'control-plane')?.address ?? '10.0.0.10';
        context.out(
          host.stringifyYaml({
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
              {
                name: USER,
                user: { 'client-certificate-data': 'DATA+OMITTED', 'client-key-data': 'DATA+OMITTED' },
              },
            ],
          }),
        );
        return 0;
      },
    },
  ],
};

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
