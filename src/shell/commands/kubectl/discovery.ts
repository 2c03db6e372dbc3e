import { apiVersionOf, RESOURCES } from '../../../engine/index.ts';
import { goJson } from '../../text/go-json.ts';
import { formatTable } from '../../text/table.ts';
import type { KubectlCommand } from './kubectl-command.ts';

/** kubectl's own version. The server's is that of the nodes. */
const CLIENT_VERSION = 'v1.36.3';

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
    { name: 'sort-by', value: 'name|kind', help: 'Order' },
  ],
  examples: ['kubectl api-resources', 'kubectl api-resources --api-group=apps'],
  run(context) {
    const { flags } = context;
    const group = flags.text('api-group');
    const namespaced = flags.text('namespaced');
    const shown = RESOURCES.filter(
      (resource) =>
        (group === undefined || resource.group === group) &&
        (namespaced === undefined || String(resource.namespaced) === namespaced),
    );
    if (flags.text('output') === 'name') {
      context.out(shown.map(({ name, group: own }) => `${own === '' ? name : `${name}.${own}`}\n`).join(''));
      return 0;
    }
    const rows = shown.map((resource) => [
      resource.name,
      resource.shortNames.join(','),
      apiVersionOf(resource),
      String(resource.namespaced),
      resource.kind,
    ]);
    context.out(
      formatTable([
        ...(flags.has('no-headers') ? [] : [['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND']]),
        ...rows,
      ]),
    );
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
      kustomizeVersion: 'v5.8.0',
      ...(!flags.has('client') && { serverVersion: { gitVersion: server, major, minor } }),
    };
    const format = flags.text('output');
    if (format === 'json') context.out(`${goJson(versions, 2)}\n`);
    else if (format === 'yaml') context.out(process.session.host.stringifyYaml(versions));
    else if (format) return context.fail(`--output must be 'yaml' or 'json'`);
    else
      context.out(
        `Client Version: ${CLIENT_VERSION}\nKustomize Version: v5.8.0\n${flags.has('client') ? '' : `Server Version: ${server}\n`}`,
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
