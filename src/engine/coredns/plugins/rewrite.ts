import { absolute, type DnsRecord } from '../../libc/index.ts';
import { type Plugin, type Query, withMessage } from '../plugin.ts';

interface NameRule {
  /** `continue`: the rules after it see the new name; `stop`: this is the last. */
  readonly then: 'continue' | 'stop';
  /** undefined: does not match. */
  rewrite(name: string): string | undefined;
  /** How names of the answer are turned back. */
  restore?(name: string, asked: string, rewritten: string): string;
}

/**
 * `rewrite [continue|stop] name [exact|prefix|suffix|substring|regex] FROM TO [answer auto]`, or as a block with
 * `answer name FROM TO`: asks for another name than the client did, and restores its name in the answer (plugin/rewrite).
 */
export const rewrite: Plugin = {
  name: 'rewrite',
  setup({ directive }) {
    const rule = readRule(directive.arguments, directive.block);
    if (typeof rule === 'string') return rule;
    return {
      handler(query, next) {
        const name = rule.rewrite(query.name.toLowerCase());
        if (name === undefined || query.rewriteStopped) return next(query);
        const changed: Query = {
          ...query,
          name,
          rewriteStopped: rule.then === 'stop',
          message: { ...query.message, question: { name, type: query.type } },
        };
        const reply = next(changed);
        const { message } = reply;
        if (!message) return reply;
        const restore = (record: DnsRecord): DnsRecord => ({
          ...record,
          name: rule.restore?.(record.name, query.name, name) ?? record.name,
        });
        const answer = message.answer.map(restore);
        return withMessage(reply, { ...message, question: query.message.question, answer });
      },
    };
  },
};

const MATCHERS = ['exact', 'prefix', 'suffix', 'substring', 'regex'] as const;

function readRule(given: readonly string[], block: readonly (readonly string[])[]): NameRule | string {
  const words = [...given, ...(block[0] ?? [])];
  const then =
    words[0] === 'continue' || words[0] === 'stop' ? (words.shift() as 'continue' | 'stop') : 'stop';
  if (words.shift() !== 'name') return 'invalid rule type, only "name" is simulated';
  const kind = MATCHERS.find((each) => each === words[0]);
  if (kind) words.shift();
  const [from, to, ...answer] = words;
  if (from === undefined || to === undefined) return 'name rewrites need a name to match and a name to put';
  const inBlock = block.slice(1).find(([first]) => first === 'answer');
  const rule = answer.length > 0 ? answer.slice(1) : inBlock?.slice(1);
  const isAuto = rule?.[0] === 'auto' || (kind ?? 'exact') === 'exact';
  const explicit =
    rule?.[0] === 'name' || (rule && rule[0] !== 'auto' && rule.length >= 2)
      ? rule.slice(rule[0] === 'name' ? 1 : 0)
      : undefined;
  return {
    then,
    rewrite: rewriter(kind ?? 'exact', from, to),
    restore(name, asked, rewritten) {
      if (explicit) return name.replace(new RegExp(explicit[0]!, 'i'), goReplacement(explicit[1]!));
      return isAuto && name.toLowerCase() === rewritten.toLowerCase() ? asked : name;
    },
  };
}

function rewriter(
  kind: (typeof MATCHERS)[number],
  from: string,
  to: string,
): (name: string) => string | undefined {
  const lower = from.toLowerCase();
  switch (kind) {
    case 'exact':
      return (name) => (name === absolute(lower) ? absolute(to) : undefined);
    case 'prefix':
      return (name) => (name.startsWith(lower) ? to + name.slice(lower.length) : undefined);
    case 'suffix': {
      const end = absolute(lower);
      return (name) => (name.endsWith(end) ? name.slice(0, -end.length) + absolute(to) : undefined);
    }
    case 'substring':
      return (name) => (name.includes(lower) ? name.replaceAll(lower, to) : undefined);
    case 'regex': {
      const pattern = new RegExp(from, 'i');
      return (name) => {
        const match = pattern.exec(name);
        // {0} is the whole match, {1} the first group …
        return match
          ? absolute(to.replace(/\{(\d+)\}/g, (_, group: string) => match[Number(group)] ?? ''))
          : undefined;
      };
    }
  }
}

function goReplacement(text: string): string {
  return text.replace(/\{(\d+)\}/g, (_, group: string) => (group === '0' ? '$&' : `$${group}`));
}
