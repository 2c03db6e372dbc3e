import { parseSelector } from '../../../../engine/index.ts';
import { eachObject, sendPatch } from '../each-object.ts';
import type { KubectlCommand } from '../kubectl-command.ts';
import { SET_FLAGS } from './pod-templates.ts';

/** Models pkg/cmd/set/set_selector.go (kubectl v1.36): a Service’s selector, and nothing else’s. */
export const setSelectorCommand: KubectlCommand = {
  name: 'selector',
  usage: 'set selector (-f FILE | service NAME) EXPRESSIONS',
  summary: 'Set which pods a Service is for',
  arguments: ['resource', 'name'],
  flags: SET_FLAGS,
  examples: ["kubectl set selector service hello 'app=hello,version=v2'"],
  run(context) {
    const expression = context.args.at(-1);
    if (expression === undefined) return context.fail('one selector is required');
    const parsed = parseSelector(expression);
    if (!parsed.ok)
      return context.fail(`couldn't parse the selector string "${expression}": ${parsed.message}`);
    const labels: Record<string, string> = {};
    const expressions: string[] = [];
    for (const part of expression.split(',')) {
      const pair = /^\s*([^=!\s]+)\s*==?\s*([^=]*?)\s*$/.exec(part);
      if (pair) labels[pair[1]!] = pair[2]!;
      else expressions.push(part);
    }
    return eachObject(context, context.args.slice(0, -1), (found) => {
      if (found.object.kind !== 'Service')
        return context.fail('setting a selector is only supported for Services');
      if (expressions.length > 0)
        return context.fail(`match expression ${expressions.join(',')} not supported on this object`);
      const before =
        (found.object as { readonly spec?: { readonly selector?: object } }).spec?.selector ?? {};
      const gone = Object.fromEntries(
        Object.keys(before)
          .filter((key) => !Object.hasOwn(labels, key))
          .map((key) => [key, null]),
      );
      const patch = { spec: { selector: { ...gone, ...labels } } };
      return sendPatch(context, found, { type: 'merge', patch, verb: 'selector updated' });
    });
  },
};
