import type { Condition, KubernetesObject } from '../../../engine/index.ts';
import { parseDuration } from '../../flags.ts';
import { findObjects } from './find-objects.ts';
import { JsonPathError, parseJsonPath, relaxedJsonPath } from './json-path.ts';
import { FLAG, type KubectlCommand } from './kubectl-command.ts';
import { namespaceFor, printedName } from './resource-arguments.ts';

/** Models pkg/cmd/wait (kubectl v1.36), in virtual time. */
export const waitCommand: KubectlCommand = {
  name: 'wait',
  usage:
    'wait (TYPE/NAME | TYPE -l SELECTOR | TYPE --all) --for=(delete | create | condition=NAME[=VALUE] | jsonpath={PATH}[=VALUE]) [--timeout=30s]',
  summary: 'Wait until something is true of an object',
  arguments: ['resource', 'name'],
  flags: [
    FLAG.filename,
    FLAG.selector,
    FLAG.fieldSelector,
    FLAG.allNamespaces,
    { name: 'for', value: 'CONDITION', help: 'What to wait for' },
    { name: 'timeout', value: 'DURATION', type: 'duration', help: 'How long (default 30s)' },
    { name: 'all', help: 'All objects of the type' },
  ],
  examples: [
    'kubectl wait --for=condition=Ready pod/client',
    'kubectl wait --for=delete pod/client --timeout=60s',
    "kubectl wait deploy/hello --for=jsonpath='{.status.readyReplicas}'=3",
  ],
  async run(context) {
    const wanted = context.flags.text('for');
    if (!wanted) {
      return context.fail('unrecognized condition: []');
    }
    const read = readCondition(wanted);
    if ('problem' in read) return context.fail(read.problem);
    const { test } = read;
    const limit = parseDuration(context.flags.text('timeout') ?? '30s') ?? 30_000;
    const { clock } = context.process.session.cluster;
    const result = await findObjects(context, { ignoreNotFound: test === 'delete' });
    if (result.usage || result.errors.length > 0) {
      context.err(result.usage ?? result.errors.join('\n'));
      return 1;
    }
    if (result.found.length === 0) return test === 'delete' ? 0 : context.fail('no matching resources found');
    let status = 0;
    for (const { resource, object } of result.found) {
      const started = clock.now();
      const name = printedName(resource, object.metadata.name);
      for (;;) {
        const now = context.api.get(
          resource.name,
          namespaceFor(resource, object.metadata.namespace ?? ''),
          object.metadata.name,
        );
        if (test === 'delete' ? !now.ok : now.ok && test(now.object)) {
          context.out(`${name} ${test === 'delete' ? 'deleted' : 'condition met'}\n`);
          break;
        }
        if (!now.ok && test !== 'delete') {
          status = context.failStatus(now.status);
          break;
        }
        if (clock.now() - started >= limit) {
          status = context.fail(
            `timed out waiting for the condition on ${resource.name}/${object.metadata.name}`,
          );
          break;
        }
        await context.process.sleep(Math.min(200, Math.max(1, limit)));
      }
    }
    return status;
  },
};

const PATH_EXPECTED =
  "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'";

type Test = 'delete' | ((object: KubernetesObject) => boolean);

function readCondition(text: string): { readonly test: Test } | { readonly problem: string } {
  if (text.toLowerCase() === 'delete') return { test: 'delete' };
  if (text.toLowerCase() === 'create') return { test: () => true };
  const condition = /^condition=([^=]+)(?:=(.+))?$/i.exec(text);
  if (condition) {
    const [, name = '', value = 'true'] = condition;
    const test: Test = (object) => {
      const { status } = object as { readonly status?: { readonly conditions?: readonly Condition[] } };
      const found = status?.conditions?.find(({ type }) => type.toLowerCase() === name.toLowerCase());
      return found?.status.toLowerCase() === value.toLowerCase();
    };
    return { test };
  }
  if (/^jsonpath=$/i.test(text)) return { problem: 'jsonpath expression cannot be empty' };
  const path = /^jsonpath=(.+?)(?:=([^={}]*))?$/.exec(text);
  if (!path) return { problem: `unrecognized condition: "${text}"` };
  try {
    if (/^\{[^}]*$/.test(path[1]!)) return { problem: PATH_EXPECTED };
    const parsed = parseJsonPath(relaxedJsonPath(path[1]!), { allowMissingKeys: true });
    const test: Test = (object) => {
      const found = parsed.evaluate(object)[0]?.[0];
      return path[2] === undefined ? found !== undefined : String(found ?? '') === path[2];
    };
    return { test };
  } catch (error) {
    if (error instanceof JsonPathError) return { problem: error.message };
    throw error;
  }
}
