import { type Message, type Outcome, RESOURCES, type Step } from '../engine/index.ts';
import type { Check, ObjectName } from './check.ts';
import { exchangesMatching, matchesFilter, namespacedName } from './exchange-filter.ts';
import type { Facts } from './facts.ts';
import { valueAt } from './field-path.ts';
import { httpStatusOf } from './payloads.ts';

/** Whether a check holds, and what was seen, for people. */
export interface Verdict {
  readonly done: boolean;
  readonly evidence?: Message;
}

type CheckOf<K extends Check['kind']> = Extract<Check, { kind: K }>;

/** Looks for what a check asks in the session's facts. Nothing is changed; the same facts give the same verdict. */
export function evaluate(check: Check, facts: Facts): Verdict {
  switch (check.kind) {
    case 'exists':
      return exists(check, facts);
    case 'answered':
      return answered(check, facts);
    case 'failed':
      return failed(check, facts);
    case 'visited':
      return visited(check, facts);
    case 'all-endpoints-answered':
      return allEndpointsAnswered(check, facts);
    case 'command':
      return command(check, facts);
    case 'field':
      return field(check, facts);
    case 'all': {
      const verdicts = check.checks.map((each) => evaluate(each, facts));
      const missing = verdicts.find((verdict) => !verdict.done);
      return missing ?? verdicts.at(-1) ?? { done: true };
    }
    case 'any': {
      const verdicts = check.checks.map((each) => evaluate(each, facts));
      return verdicts.find((verdict) => verdict.done) ?? verdicts[0] ?? { done: false };
    }
  }
}

function exists(check: CheckOf<'exists'>, facts: Facts): Verdict {
  const missing = check.objects.filter((object) => !read(object, facts));
  const total = check.objects.length;
  if (missing.length === 0) {
    return {
      done: true,
      evidence: say('exists', { names: check.objects.map((object) => object.name) }),
    };
  }
  if (missing.length === total) return { done: false };
  return {
    done: false,
    evidence: say('exists-some', {
      seen: total - missing.length,
      total,
      missing: missing.map((object) => `${object.kind} ${object.name}`),
    }),
  };
}

function answered(check: CheckOf<'answered'>, facts: Facts): Verdict {
  const matching = exchangesMatching(check, facts);
  for (const { exchange } of matching) {
    if (exchange.outcome.kind !== 'replied') continue;
    const status = httpStatusOf(exchange.outcome.payload);
    if (check.status !== undefined && status !== check.status) continue;
    return {
      done: true,
      evidence: say('answered', {
        answer: wordOutcome(exchange.outcome),
        from: exchange.outcome.server.socket.address,
      }),
    };
  }
  return lastSeen(matching[0]?.exchange.outcome);
}

function failed(check: CheckOf<'failed'>, facts: Facts): Verdict {
  const matching = exchangesMatching(check, facts);
  const found = matching.find(({ exchange: { outcome } }) => {
    if (outcome.kind === 'replied') return false;
    if (check.timeout !== undefined && check.timeout !== (outcome.kind === 'timeout')) return false;
    return check.errno === undefined || (outcome.kind === 'failed' && outcome.errno === check.errno);
  });
  return found
    ? { ...lastSeen(found.exchange.outcome), done: true }
    : lastSeen(matching[0]?.exchange.outcome);
}

function visited(check: CheckOf<'visited'>, facts: Facts): Verdict {
  const found = facts.visits.find(
    (visit) =>
      evaluateStep(check, visit.step) &&
      (check.at === undefined || (visit.netns.includes('/') ? 'pod' : 'node') === check.at) &&
      matchesFilter(check, visit.exchange, visit.command, facts),
  );
  if (!found) return { done: false };
  return {
    done: true,
    evidence: say('visited', { step: check.nat ?? check.step, netns: found.netns, hop: found.hop + 1 }),
  };
}

/** Whether a step is of the kind that a `visited` check asks for. */
export function evaluateStep(check: CheckOf<'visited'>, step: Step): boolean {
  if (step.kind !== check.step) return false;
  if (step.kind === 'table') return check.verdict === undefined || step.verdict === check.verdict;
  if (step.kind !== 'nat') return true;
  const undone = step.change.startsWith('un-');
  if (check.nat !== undefined && !step.change.includes(check.nat.toLowerCase())) return false;
  return undone === (check.undone ?? false);
}

function allEndpointsAnswered(check: CheckOf<'all-endpoints-answered'>, facts: Facts): Verdict {
  const { namespace, name } = namespacedName(check.service);
  const service = facts.view.services.find((each) => each.namespace === namespace && each.name === name);
  const ready = (service?.endpoints ?? [])
    .filter((endpoint) => endpoint.ready)
    .map((endpoint) => endpoint.address);
  const seen = new Set<string>();
  for (const { exchange } of exchangesMatching({ service: check.service }, facts)) {
    if (exchange.outcome.kind === 'replied') seen.add(exchange.outcome.server.socket.address);
  }
  const total = check.count ?? ready.length;
  const count = check.count === undefined ? ready.filter((address) => seen.has(address)).length : seen.size;
  if (total > 0 && count >= total) {
    return { done: true, evidence: say('all-answered', { addresses: [...seen].sort() }) };
  }
  if (seen.size === 0) return { done: false };
  const missing = ready.filter((address) => !seen.has(address)).sort();
  const id = missing.length === 0 ? 'some-answered-none-missing' : 'some-answered';
  return { done: false, evidence: say(id, { count, total, missing }) };
}

function command(check: CheckOf<'command'>, facts: Facts): Verdict {
  const line = new RegExp(check.line);
  const output = check.output === undefined ? undefined : new RegExp(check.output, 'm');
  const tried = facts.commands.filter((each) => line.test(each.line));
  const found = tried.find(
    (each) => each.status === (check.status ?? 0) && (!output || output.test(each.output)),
  );
  if (found) return { done: true, evidence: say('command', { line: found.line }) };
  const last = tried.at(-1);
  return last
    ? { done: false, evidence: say('command-status', { line: last.line, status: last.status }) }
    : { done: false };
}

function field(check: CheckOf<'field'>, facts: Facts): Verdict {
  const object = read(check.object, facts);
  if (!object) return { done: false };
  const value = valueAt(object, check.path);
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value ?? '');
  const done =
    (check.equals === undefined || value === check.equals) &&
    (check.matches === undefined || new RegExp(check.matches).test(text)) &&
    (check.atLeast === undefined || (typeof value === 'number' && value >= check.atLeast)) &&
    value !== undefined;
  return { done, evidence: say('field', { path: check.path, value: value === undefined ? '-' : text }) };
}

/** The object as the API server holds it; undefined: it does not. */
function read(object: ObjectName, facts: Facts): unknown {
  const info = RESOURCES.find((resource) => resource.kind === object.kind);
  if (!info) return undefined;
  const result = facts.api.get(
    info.name,
    info.namespaced ? (object.namespace ?? 'default') : '',
    object.name,
  );
  return result.ok ? result.object : undefined;
}

/** In the words of the tool that saw it: `200 OK`, `ECONNREFUSED`; empty for silence. */
function wordOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'replied':
      return outcome.payload?.summary ?? outcome.kind;
    case 'failed':
      return outcome.errno;
    case 'timeout':
      return 'ETIMEDOUT';
  }
}

function lastSeen(outcome: Outcome | undefined): Verdict {
  if (!outcome) return { done: false };
  switch (outcome.kind) {
    case 'replied':
      return {
        done: false,
        evidence: say('last-answer', { answer: wordOutcome(outcome), from: outcome.server.socket.address }),
      };
    case 'failed':
      return outcome.from
        ? { done: false, evidence: say('last-refused', { errno: outcome.errno, from: outcome.from }) }
        : { done: false, evidence: say('last-failed', { errno: outcome.errno }) };
    case 'timeout':
      return { done: false, evidence: say('last-silence', {}) };
  }
}

function say(id: string, values: Message['values']): Message {
  return { id: `lab.goal.${id}`, values };
}
