import type { Node, Taint } from '../../../engine/index.ts';
import { eachObject, sendPatch } from './each-object.ts';
import { FLAG, type KubectlCommand, type KubectlContext } from './kubectl-command.ts';
import type { Found } from './print-objects.ts';
import { readDryRun, reportObject } from './report.ts';
import { findResource, noSuchType } from './resource-arguments.ts';

/** Models pkg/cmd/taint (kubectl v1.36). */
export const taintCommand: KubectlCommand = {
  name: 'taint',
  usage: 'taint nodes NODE KEY[=VALUE]:EFFECT… [KEY[:EFFECT]-…]',
  summary: 'Keep pods away from a node, or let them on again',
  arguments: ['resource', 'node'],
  flags: [
    FLAG.selector,
    FLAG.dryRun,
    FLAG.output,
    FLAG.fieldManager,
    { name: 'overwrite', help: 'Replace a taint that is there' },
    { name: 'all', help: 'All nodes' },
  ],
  examples: ['kubectl taint nodes node-2 dedicated=db:NoSchedule', 'kubectl taint nodes node-2 dedicated-'],
  run(context) {
    const { flags, args } = context;
    const isTaint = (word: string) => /[=:]|-$/.test(word);
    const first = args.findIndex(isTaint);
    const resources = first === -1 ? args : args.slice(0, first);
    const specs = first === -1 ? [] : args.slice(first);
    const stray = specs.find((word) => !isTaint(word));
    if (stray !== undefined)
      return context.fail(`all resources must be specified before taint changes: ${stray}`);
    if (resources.length === 0)
      return context.fail('one or more resources must be specified as <resource> <name>');
    if (specs.length === 0) return context.fail('at least one taint update is required');
    const read = readTaints(specs);
    if (typeof read === 'string') return context.usageError(read);

    const resource = findResource(resources[0]!);
    if (!resource) return context.fail(noSuchType(resources[0]!));
    if (resource.name !== 'nodes')
      return context.fail(
        `invalid resource type ${resources[0]!.toLowerCase()}, only node types are supported`,
      );
    const clashes = read.remove.filter(({ key, effect }) =>
      read.add.some((taint) => taint.key === key && (!effect || taint.effect === effect)),
    );
    if (clashes.length > 0)
      return context.fail(
        `can not both modify and remove the following taint(s) in the same command: ${clashes.map(({ key, effect }) => `${key}=${effect}`).join(', ')}`,
      );
    const selector = flags.text('selector');
    if (flags.has('all') && selector)
      return context.fail("setting 'all' parameter with a non empty selector is prohibited");
    if (!flags.has('all') && !selector && resources.length < 2)
      return context.fail("at least one resource name must be specified since 'all' parameter is not set");
    return eachObject(
      context,
      flags.has('all') || selector ? ['nodes'] : ['nodes', ...resources.slice(1)],
      (found) => changeTaints(context, found, read),
    );
  },
};

interface TaintChange {
  readonly add: readonly Taint[];
  /** An effect of '' stands for all. */
  readonly remove: readonly { readonly key: string; readonly effect: string }[];
}

const NAME =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

function readTaints(specs: readonly string[]): TaintChange | string {
  const add: Taint[] = [];
  const remove: { key: string; effect: string }[] = [];
  for (const spec of specs) {
    const removing = spec.endsWith('-');
    const text = removing ? spec.slice(0, -1) : spec;
    const parts = text.split(':');
    const [pair = '', effect = ''] = parts;
    if (parts.length > 2) return `invalid taint spec: ${text}`;
    if (parts.length === 2 && !EFFECTS.includes(effect))
      return `invalid taint effect: ${effect}, unsupported taint effect`;
    const [key = '', value, more] = parts.length === 2 ? pair.split('=') : [pair];
    if (more !== undefined) return `invalid taint spec: ${text}`;
    if (!/^(?:[a-z0-9.-]+\/)?(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(key))
      return `invalid taint spec: ${text}, ${NAME}`;
    if (removing) remove.push({ key, effect });
    else if (effect === '') return `invalid taint spec: ${spec}`;
    else if (add.some((taint) => taint.key === key && taint.effect === effect))
      return `duplicated taints with the same key and effect: {${key} ${value ?? ''} ${effect} <nil>}`;
    else add.push({ key, effect, ...(value && { value }) } as Taint);
  }
  return { add, remove };
}

function changeTaints(context: KubectlContext, found: Found, { add, remove }: TaintChange): number {
  const { object } = found;
  const before: readonly Taint[] = (object as Node).spec.taints ?? [];
  const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
  const overwrite = context.flags.has('overwrite');
  const existing = add.filter((taint) => before.some((old) => same(old, taint)));
  if (!overwrite && existing.length > 0)
    return context.fail(
      `node ${object.metadata.name} already has ${existing.map(({ key }) => key).join(',')} taint(s) with same effect(s) and --overwrite is false`,
    );
  let now = [...add, ...before.filter((old) => !add.some((taint) => same(taint, old)))];
  const added = before.length !== now.length;
  let removed = false;
  const problems: string[] = [];
  for (const { key, effect } of remove) {
    const rest = now.filter((taint) => taint.key !== key || (effect !== '' && taint.effect !== effect));
    removed = rest.length !== now.length;
    if (!removed) problems.push(`taint "${key}${effect === '' ? '' : `:${effect}`}" not found`);
    now = rest;
  }
  if (problems.length > 0) return context.failAll(problems);
  const verb = (added && removed) || overwrite ? 'modified' : added ? 'tainted' : 'untainted';
  const dryRun = readDryRun(context);
  if (dryRun === 'client') {
    const spec = { ...(object as Node).spec, taints: now };
    reportObject(context, found.resource, { ...object, spec } as Node, verb, dryRun);
    return 0;
  }
  return sendPatch(context, found, { type: 'merge', patch: { spec: { taints: now } }, verb });
}
