import { findObjects } from './find-objects.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';
import { dryRunSuffix, readDryRun } from './report.ts';
import { namespaceFor, printedName } from './resource-arguments.ts';

/** Models pkg/cmd/scale (kubectl v1.36). */
export const scaleCommand: KubectlCommand = {
  name: 'scale',
  usage: 'scale --replicas=N (-f FILE | TYPE NAME)',
  summary: 'Set how many pods a workload has',
  arguments: ['resource', 'name'],
  flags: [
    { name: 'replicas', value: 'N', type: 'int', help: 'How many' },
    { name: 'current-replicas', value: 'N', type: 'int', help: 'Only if it has so many now' },
    FLAG.filename,
    FLAG.selector,
    FLAG.allNamespaces,
    FLAG.dryRun,
    { name: 'all', help: 'All objects of the type' },
    { name: 'timeout', value: 'DURATION', type: 'duration', help: 'How long to wait' },
  ],
  examples: ['kubectl scale deploy/hello --replicas=3', 'kubectl scale --replicas=0 deployment hello'],
  async run(context) {
    const replicas = context.flags.number('replicas');
    if (replicas === undefined) {
      context.err(`error: required flag(s) "replicas" not set`);
      return 1;
    }
    if (replicas < 0)
      return context.fail(
        'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
      );
    const dryRun = readDryRun(context);
    if (dryRun === undefined) return 1;
    const result = await findObjects(context);
    if (result.usage) {
      context.err(result.usage);
      return 1;
    }
    let status = 0;
    for (const { resource, object } of result.found) {
      const spec = (object as { readonly spec?: { readonly replicas?: number } }).spec;
      if (!['deployments', 'replicasets', 'statefulsets'].includes(resource.name)) {
        context.err(`Error from server (NotFound): the server could not find the requested resource`);
        status = 1;
        continue;
      }
      const expected = context.flags.number('current-replicas');
      if (expected !== undefined && expected >= 0 && spec?.replicas !== expected) {
        status = context.fail(`Expected replicas to be ${expected}, was ${spec?.replicas ?? 0}`);
        continue;
      }
      if (dryRun !== 'client') {
        const patched = context.api.patch(
          resource.name,
          namespaceFor(resource, object.metadata.namespace ?? ''),
          object.metadata.name,
          'merge',
          { spec: { replicas } },
          { subresource: 'scale', dryRun: dryRun === 'server' },
        );
        if (!patched.ok) {
          status = context.failStatus(patched.status);
          continue;
        }
      }
      context.out(`${printedName(resource, object.metadata.name)} scaled${dryRunSuffix(dryRun)}\n`);
    }
    for (const line of result.errors) context.err(line);
    return result.errors.length > 0 ? 1 : status;
  },
};
