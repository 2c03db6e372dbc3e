import { apiVersionOf, RESOURCES, type ResourceInfo } from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import { formatTable } from '../../text/table.ts';
import type { KubectlCommand } from './kubectl-command.ts';

/** kubectl's own version. The server's is that of the nodes. */
const CLIENT_VERSION = 'v1.36.3';
const KUSTOMIZE_VERSION = 'v5.8.1';

/** What may be done to every type that this cluster serves. */
const SERVED_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Models pkg/cmd/apiresources (kubectl v1.36). */
export const apiResourcesCommand: KubectlCommand = {
  name: 'api-resources',
  usage: 'api-resources [flags]',
  summary: 'List the types that the server knows',
  flags: [
    { name: 'api-group', value: 'GROUP', help: 'Only this group' },
    {
      name: 'namespaced',
      value: 'BOOL',
      type: 'bool',
      alone: 'true',
      help: 'Only those with (or without) a namespace',
    },
    { name: 'no-headers', help: 'Without the header line' },
    { name: 'output', short: 'o', value: 'name|wide', help: 'Only names, or more columns' },
    { name: 'verbs', value: 'VERBS', help: 'Only those that allow these verbs' },
    { name: 'categories', value: 'CATEGORIES', help: 'Only those of these categories (all)' },
    { name: 'sort-by', value: 'name|kind', help: 'Order' },
    { name: 'cached', help: 'Use what was asked before' },
  ],
  examples: ['kubectl api-resources', 'kubectl api-resources --api-group=apps'],
  run(context) {
    const { flags, args } = context;
    if (args.length > 0) return context.usageError(`unexpected arguments: [${args.join(' ')}]`);
    const [format, order] = [flags.text('output') ?? '', flags.text('sort-by') ?? ''];
    if (!['', 'name', 'wide'].includes(format))
      return context.fail(
        `unable to match a printer suitable for the output format "${format}", allowed formats are: json,kyaml,name,wide,yaml`,
      );
    if (!['', 'name', 'kind'].includes(order)) return context.fail('--sort-by accepts only name or kind');
    const group = flags.text('api-group');
    const namespaced = flags.text('namespaced');
    const verbs = flags.text('verbs')?.split(',') ?? [];
    const categories = flags.text('categories')?.split(',') ?? [];
    const shown = RESOURCES.filter(
      (resource) =>
        (group === undefined || resource.group === group) &&
        (namespaced === undefined || resource.namespaced === (namespaced === 'true')) &&
        verbs.every((verb) => SERVED_VERBS.includes(verb)) &&
        categories.every((category) => category === 'all' && resource.inAll),
    );
    const key = (resource: ResourceInfo) => (order === 'kind' ? resource.kind : resource.name);
    const sorted = order === '' ? shown : [...shown].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    if (format === 'name') {
      context.out(sorted.map(({ name, group: own }) => `${own === '' ? name : `${name}.${own}`}\n`).join(''));
      return 0;
    }
    const wide = format === 'wide';
    const rows = sorted.map((resource) => [
      resource.name,
      resource.shortNames.join(','),
      apiVersionOf(resource),
      String(resource.namespaced),
      resource.kind,
      ...(wide ? [SERVED_VERBS.join(','), resource.inAll ? 'all' : ''] : []),
    ]);
    const header = [
      'NAME',
      'SHORTNAMES',
      'APIVERSION',
      'NAMESPACED',
      'KIND',
      ...(wide ? ['VERBS', 'CATEGORIES'] : []),
    ];
    context.out(formatTable(flags.has('no-headers') ? rows : [header, ...rows]));
    return 0;
  },
};

export const apiVersionsCommand: KubectlCommand = {
  name: 'api-versions',
  usage: 'api-versions',
  summary: 'List the API versions that the server knows',
  flags: [],
  examples: ['kubectl api-versions'],
  run(context) {
    if (context.args.length > 0)
      return context.usageError(`unexpected arguments: [${context.args.join(' ')}]`);
    context.out(
      `${Array.from(new Set(RESOURCES.map(apiVersionOf)))
        .sort()
        .join('\n')}\n`,
    );
    return 0;
  },
};

export const versionCommand: KubectlCommand = {
  name: 'version',
  usage: 'version [flags]',
  summary: 'Show the versions of kubectl and the server',
  flags: [
    { name: 'client', help: 'kubectl’s alone' },
    { name: 'output', short: 'o', value: 'json|yaml', help: 'Format' },
  ],
  examples: ['kubectl version'],
  run(context) {
    const { flags, process } = context;
    const info = { gitVersion: CLIENT_VERSION, major: '1', minor: '36' };
    const node = context.api.list('nodes', { labelSelector: 'node-role.kubernetes.io/control-plane' })[0];
    const server = node?.status?.nodeInfo?.kubeletVersion ?? CLIENT_VERSION;
    const [, major = '1', minor = '36'] = /^v(\d+)\.(\d+)/.exec(server) ?? [];
    const versions = {
      clientVersion: info,
      kustomizeVersion: KUSTOMIZE_VERSION,
      ...(!flags.has('client') && { serverVersion: { gitVersion: server, major, minor } }),
    };
    const format = flags.text('output');
    if (format === 'json') context.out(`${goJson(versions, 2)}\n`);
    else if (format === 'yaml') context.out(process.session.host.stringifyYaml(versions));
    else if (format) return context.fail(`--output must be 'yaml' or 'json'`);
    else
      context.out(
        `Client Version: ${CLIENT_VERSION}\nKustomize Version: ${KUSTOMIZE_VERSION}\n${flags.has('client') ? '' : `Server Version: ${server}\n`}`,
      );
    return 0;
  },
};

export const clusterInfoCommand: KubectlCommand = {
  name: 'cluster-info',
  usage: 'cluster-info',
  summary: 'Show where the control plane is',
  flags: [],
  examples: ['kubectl cluster-info'],
  run(context) {
    const { api } = context;
    const node = api.list('nodes', { labelSelector: 'node-role.kubernetes.io/control-plane' })[0];
    const address =
      node?.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '10.0.0.10';
    const dns = api.get('services', 'kube-system', 'kube-dns').ok
      ? `CoreDNS is running at https://${address}:6443/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy\n`
      : '';
    context.out(
      `Kubernetes control plane is running at https://${address}:6443\n${dns}\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`,
    );
    return 0;
  },
};
