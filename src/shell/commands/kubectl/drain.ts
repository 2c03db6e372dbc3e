import { type Pod, parseSelector } from '../../../engine/index.ts';
import { parseDuration } from '../../flags.ts';
import { nodeArguments, setUnschedulable } from './cordon.ts';
import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import { dryRunSuffix, readDryRun } from './report.ts';

/** Models pkg/cmd/drain and pkg/drain (kubectl v1.36): cordons nodes, then evicts what runs on them. */
export const drainCommand: KubectlCommand = {
  name: 'drain',
  usage: 'drain NODE [--ignore-daemonsets] [--delete-emptydir-data] [--force] [flags]',
  summary: 'Empty a node before it is looked after',
  arguments: ['node'],
  flags: [
    FLAG.selector,
    FLAG.dryRun,
    { name: 'force', help: 'Also pods that no controller would make again' },
    { name: 'ignore-daemonsets', help: 'Leave the pods of DaemonSets where they are' },
    { name: 'delete-emptydir-data', help: 'Also pods with an emptyDir, whose data is lost' },
    { name: 'disable-eviction', help: 'Delete the pods in place of evicting them' },
    { name: 'grace-period', value: 'SECONDS', type: 'int', help: 'Time for each pod to end gracefully' },
    { name: 'timeout', value: 'DURATION', type: 'duration', help: 'How long to wait; 0: for ever' },
    { name: 'pod-selector', value: 'SELECTOR', help: 'Only pods whose labels match' },
    {
      name: 'skip-wait-for-delete-timeout',
      value: 'SECONDS',
      type: 'int',
      help: 'Do not wait for pods that have been ending for so long',
    },
    { name: 'chunk-size', value: 'N', type: 'int', help: 'Objects for each request' },
  ],
  examples: ['kubectl drain node-2 --ignore-daemonsets', 'kubectl drain node-2 --ignore-daemonsets --force'],
  async run(context) {
    const { flags, args } = context;
    const selector = flags.text('selector');
    if (args.length === 0 && selector === undefined) return context.usageError('USAGE: drain NODE [flags]');
    if (args.length > 0 && selector)
      return context.usageError('error: cannot specify both a node name and a --selector option');
    if (readDryRun(context) === undefined) return 1;
    if (!parseSelector(flags.text('pod-selector') ?? '').ok)
      return context.fail('--pod-selector=<pod_selector> must be a valid label selector');
    const nodes = await findObjects({ ...context, args: nodeArguments(args) });
    if (nodes.usage || nodes.errors.length > 0) {
      context.err(nodes.usage ?? nodes.errors.join('\n'));
      return 1;
    }
    for (const node of nodes.found) setUnschedulable(context, node, true);
    const failures: { readonly node: string; readonly problems: readonly string[] }[] = [];
    for (const { object } of nodes.found) {
      const { name } = object.metadata;
      const problems = await empty(context, name);
      if (problems.length === 0) context.out(`node/${name} drained${suffix(context)}\n`);
      else {
        failures.push({ node: name, problems });
        context.err(
          `error: unable to drain node "${name}" due to error: ${aggregate(problems)}, continuing command...`,
        );
      }
    }
    if (failures.length === 0) return 0;
    context.err(
      `There are pending nodes to be drained:\n${failures.map(({ node }) => ` ${node}`).join('\n')}`,
    );
    return context.failAll(failures.map(({ problems }) => aggregate(problems)));
  },
};

/** Several errors as one, the way Go's Aggregate says them. */
function aggregate(problems: readonly string[]): string {
  return problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`;
}

function suffix(context: KubectlContext): string {
  return dryRunSuffix(readDryRun(context) ?? 'none');
}

/** Evicts all that must go from one node; answers what stood in the way. */
async function empty(context: KubectlContext, node: string): Promise<readonly string[]> {
  const { flags, api } = context;
  const judged = podsOn(context, node).map((pod) => ({ pod, judgement: judge(context, pod) }));
  const named = (kind: Judgement['kind']) => {
    const groups = new Map<string, string[]>();
    for (const { pod, judgement } of judged)
      if (judgement.kind === kind && judgement.text)
        groups.set(judgement.text, [
          ...(groups.get(judgement.text) ?? []),
          `${pod.metadata.namespace}/${pod.metadata.name}`,
        ]);
    return Array.from(groups, ([text, pods]) => `${text}: ${pods.join(', ')}`);
  };
  const errors = named('error');
  if (errors.length > 0) return errors.map((text) => `cannot delete ${text}`);
  const warnings = named('warning');
  if (warnings.length > 0) context.warn([warnings.join('; ')]);
  const pods = judged.filter(({ judgement }) => judgement.goes).map(({ pod }) => pod);

  const dryRun = readDryRun(context);
  const evicting = !flags.has('disable-eviction');
  if (dryRun !== 'none') {
    for (const { metadata } of pods)
      context.out(`evicting pod ${metadata.namespace}/${metadata.name}${suffix(context)}\n`);
    return [];
  }
  const grace = flags.number('grace-period') ?? -1;
  const options = grace >= 0 ? { gracePeriodSeconds: grace } : {};
  const problems: string[] = [];
  const waiting: Pod[] = [];
  for (const pod of pods) {
    const { namespace = '', name } = pod.metadata;
    if (evicting) context.out(`evicting pod ${namespace}/${name}\n`);
    const result = evicting
      ? api.evict(namespace, name, options)
      : api.delete('pods', namespace, name, options);
    if (result.ok) waiting.push(pod);
    else if (result.status.reason !== 'NotFound')
      problems.push(
        evicting
          ? `error when evicting pods/"${name}" -n "${namespace}": ${result.status.message}`
          : result.status.message,
      );
  }
  return [...problems, ...(await untilGone(context, waiting, evicting ? 'evicted' : 'deleted'))];
}

function podsOn({ api, flags }: KubectlContext, node: string): readonly Pod[] {
  const labelSelector = flags.text('pod-selector');
  return api.list('pods', {
    fieldSelector: `spec.nodeName=${node}`,
    ...(labelSelector && { labelSelector }),
  });
}

interface Judgement {
  readonly kind: 'fine' | 'warning' | 'error';
  /** The pod is to leave. */
  readonly goes: boolean;
  readonly text?: string;
}

const UNMANAGED: Judgement = {
  kind: 'error',
  goes: false,
  text: 'Pods that declare no controller (use --force to override)',
};

/** The filters of pkg/drain/filters.go, in their order; the last one that says something is heard. */
function judge({ flags, api }: KubectlContext, pod: Pod): Judgement {
  const { annotations = {}, ownerReferences = [], namespace = '' } = pod.metadata;
  const owner = ownerReferences.find(({ controller }) => controller);
  const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (owner?.kind === 'DaemonSet' && !finished) {
    const set = api.get('daemonsets', namespace, owner.name);
    if (!set.ok) {
      // What the last filter says of it is what is said.
      if (!flags.has('force')) return { kind: 'error', goes: false, text: set.status.message };
    } else if (!flags.has('ignore-daemonsets'))
      return {
        kind: 'error',
        goes: false,
        text: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
      };
    else return { kind: 'warning', goes: false, text: 'ignoring DaemonSet-managed Pods' };
  }
  if (annotations['kubernetes.io/config.mirror'] !== undefined) return { kind: 'fine', goes: false };
  if (finished) return { kind: 'fine', goes: true };
  if (pod.spec.volumes?.some((volume) => 'emptyDir' in volume && volume.emptyDir)) {
    if (!flags.has('delete-emptydir-data'))
      return {
        kind: 'error',
        goes: false,
        text: 'Pods with local storage (use --delete-emptydir-data to override)',
      };
  }
  if (owner) return { kind: 'fine', goes: true };
  return flags.has('force')
    ? { kind: 'warning', goes: true, text: 'deleting Pods that declare no controller' }
    : UNMANAGED;
}

/** Says of each pod when it is gone; answers those that outlived `--timeout`. */
async function untilGone(
  context: KubectlContext,
  pods: readonly Pod[],
  verb: string,
): Promise<readonly string[]> {
  const { api, process, flags } = context;
  const { clock } = process.session.cluster;
  const limit = parseDuration(flags.text('timeout') ?? '0') || Number.POSITIVE_INFINITY;
  const started = clock.now();
  let left = pods;
  while (left.length > 0) {
    const still: Pod[] = [];
    for (const pod of left) {
      const now = api.get('pods', pod.metadata.namespace ?? '', pod.metadata.name);
      if (now.ok && now.object.metadata.uid === pod.metadata.uid) still.push(pod);
      else context.out(`pod/${pod.metadata.name} ${verb}\n`);
    }
    left = still;
    if (left.length === 0) break;
    if (clock.now() - started >= limit)
      return left.map(
        ({ metadata }) =>
          `error when waiting for pod "${metadata.name}" in namespace "${metadata.namespace}" to terminate: global timeout reached: ${flags.text('timeout')}`,
      );
    await process.sleep(1000);
  }
  return [];
}
