import type { KubernetesObject } from '../../../../engine/index.ts';
import { type FindResult, findObjects } from '../find-objects.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from '../kubectl-command.ts';
import { findResource } from '../resource-arguments.ts';
import type { DescribeContext } from './shared.ts';

/** Models pkg/cmd/describe (kubectl v1.36). */
export const describeCommand: KubectlCommand = {
  name: 'describe',
  usage: 'describe (-f FILE | TYPE [NAME | -l label] | TYPE/NAME) [flags]',
  summary: 'Show an object with what belongs to it and its events',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.allNamespaces,
    FLAG.filename,
    FLAG.recursive,
    FLAG.selector,
    {
      name: 'show-events',
      value: 'BOOL',
      type: 'bool',
      alone: 'true',
      help: 'With its events (default true)',
    },
  ],
  examples: [
    'kubectl describe svc hello',
    'kubectl describe pod -l app=hello',
    'kubectl describe node node-1',
  ],
  async run(context) {
    if (context.args.length === 0 && context.flags.list('filename').length === 0) {
      context.err(
        'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
      return 1;
    }
    const result = withPrefix(context, await findObjects(context, { typeMeansAll: true }));
    if (result.usage) {
      context.err(result.usage);
      return 1;
    }
    const describing: DescribeContext = {
      api: context.api,
      now: Date.parse(context.process.session.cluster.timestamp()),
      showEvents: context.flags.text('show-events') !== 'false',
    };
    // A describer for each kind is much text: it is loaded when the first object is described.
    const { describeObject } = await import('./describers.ts');
    const texts = result.found.map(({ resource, object }) =>
      describeObject(resource.name, object, describing),
    );
    context.out(texts.join('\n\n'));
    for (const line of result.errors) context.err(line);
    if (result.errors.length > 0) return 1;
    if (result.found.length === 0)
      context.err(
        context.allNamespaces || !result.types.some(({ namespaced }) => namespaced)
          ? 'No resources found'
          : `No resources found in ${context.namespace} namespace.`,
      );
    return 0;
  },
};

/** A single name that is none may be how several begin: `describe pod web` (pkg/cmd/describe, DescribeMatchingResources). */
function withPrefix(context: KubectlContext, result: FindResult): FindResult {
  const [type = '', prefix] = context.args;
  const resource = context.args.length === 2 && result.errors.length === 1 ? findResource(type) : undefined;
  if (!resource || prefix === undefined || !/\(NotFound\)/.test(result.errors[0]!)) return result;
  const objects: readonly KubernetesObject[] = context.api.list(
    resource.name,
    resource.namespaced ? { namespace: context.namespace } : {},
  );
  const found = objects
    .filter(({ metadata }) => metadata.name.startsWith(prefix))
    .map((object) => ({ resource, object }));
  return found.length === 0 ? result : { ...result, found, errors: [] };
}
