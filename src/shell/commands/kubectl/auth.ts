import { formatTable } from '../../text/table.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { findResource } from './resource-arguments.ts';

const RESOURCE_VERBS = [
  '*',
  'get',
  'list',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'watch',
  'use',
  'bind',
  'impersonate',
  'approve',
  'sign',
  'escalate',
  'attest',
];
const URL_VERBS = ['*', 'get', 'put', 'post', 'head', 'options', 'delete', 'patch'];
/** Resources that stand for nothing stored (pkg/cmd/auth/cani.go). */
const VIRTUAL = ['users', 'groups'];

/**
 * What kubeadm's administrator may do: cluster-admin, by the group kubeadm:cluster-admins, and what every authenticated
 * user may (system:basic-user, system:discovery, system:public-info-viewer), in the order of the API server.
 */
const RULES: readonly (readonly [resources: string, urls: string, verbs: string])[] = [
  ['*.*', '[]', '[*]'],
  ['', '[*]', '[*]'],
  ['selfsubjectreviews.authentication.k8s.io', '[]', '[create]'],
  ['selfsubjectaccessreviews.authorization.k8s.io', '[]', '[create]'],
  ['selfsubjectrulesreviews.authorization.k8s.io', '[]', '[create]'],
  ...[
    '/api/*',
    '/api',
    '/apis/*',
    '/apis',
    '/healthz',
    '/healthz',
    '/livez',
    '/livez',
    '/openapi/*',
    '/openapi',
  ]
    .concat(['/readyz', '/readyz', '/version/', '/version/', '/version', '/version'])
    .map((url) => ['', `[${url}]`, '[get]'] as const),
];

/** Models pkg/cmd/auth (kubectl v1.36) for the one user that kubeadm makes. */
export const authCommand: KubectlCommand = {
  name: 'auth',
  usage: 'auth SUBCOMMAND',
  summary: 'Ask what you may do',
  flags: [],
  examples: ['kubectl auth can-i create pods', 'kubectl auth can-i --list', 'kubectl auth whoami'],
  subcommands: [
    {
      name: 'can-i',
      usage: 'auth can-i VERB [TYPE | TYPE/NAME | URL]',
      summary: 'Whether an action is allowed',
      arguments: [],
      flags: [
        FLAG.allNamespaces,
        { name: 'list', help: 'All that is allowed' },
        { name: 'quiet', short: 'q', help: 'Only the exit status' },
        { name: 'subresource', value: 'NAME', help: 'log or scale, say' },
        { name: 'no-headers', help: 'With --list: without the header line' },
      ],
      examples: ['kubectl auth can-i create pods', 'kubectl auth can-i --list'],
      run: canI,
    },
    {
      name: 'whoami',
      usage: 'auth whoami',
      summary: 'Who the API server takes you for',
      arguments: [],
      flags: [],
      examples: ['kubectl auth whoami'],
      run(context) {
        const rows = [
          ['ATTRIBUTE', 'VALUE'],
          ['Username', 'kubernetes-admin'],
          ['Groups', '[kubeadm:cluster-admins system:authenticated]'],
        ];
        context.out(formatTable(rows));
        return 0;
      },
    },
  ],
};

function canI(context: KubectlContext): number {
  const { flags, args } = context;
  const warn = (text: string) => context.warn([`${text}\n`]);
  if (flags.has('list')) {
    if (args.length > 0) return context.fail('list option must be specified with no arguments');
    if (flags.has('quiet') || flags.has('all-namespaces') || flags.text('subresource'))
      return context.fail(
        "list option can't be specified with neither quiet, all-namespaces nor subresource options",
      );
    const rows = RULES.map(([resources, urls, verbs]) => [resources, urls, '[]', verbs]);
    const header = ['Resources', 'Non-Resource URLs', 'Resource Names', 'Verbs'];
    context.out(formatTable(flags.has('no-headers') ? rows : [header, ...rows]));
    return 0;
  }
  const [verb, what] = args;
  if (verb === undefined || what === undefined || args.length > 2)
    return context.fail(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  if (what.startsWith('/')) {
    if (flags.text('subresource')) return context.fail('--subresource can not be used with NonResourceURL');
    if (!URL_VERBS.includes(verb)) warn(`verb '${verb}' is not a known verb`);
  } else {
    const type = what.split('/')[0]!.toLowerCase();
    const resource = type === '*' ? undefined : findResource(type);
    const [name = '', ...group] = type.split('.');
    if (!resource && type !== '*' && !VIRTUAL.includes(type))
      warn(
        group.length > 0
          ? `the server doesn't have a resource type '${name}' in group '${group.join('.')}'`
          : `the server doesn't have a resource type '${name}'`,
      );
    if (resource && !resource.namespaced && !context.allNamespaces)
      warn(
        resource.group === ''
          ? `resource '${resource.name}' is not namespace scoped`
          : `resource '${resource.name}' is not namespace scoped in group '${resource.group}'`,
      );
    if (!context.allNamespaces && !RESOURCE_VERBS.includes(verb)) warn(`verb '${verb}' is not a known verb`);
  }
  if (flags.has('no-headers')) return context.fail('--no-headers cannot be set without --list specified');
  if (!flags.has('quiet')) context.out('yes\n');
  return 0;
}
