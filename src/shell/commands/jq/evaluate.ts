import { FUNCTIONS, formatAs } from './functions.ts';
import { type Filter, type Json, Problem } from './syntax-tree.ts';
import { binary, compare, isObject, isTrue, shown, textOfValue, typeOf } from './values.ts';

export type Variables = ReadonlyMap<string, Json>;

/** All that a filter makes of an input, one after the other. Throws {@link Problem}. */
export function* evaluate(filter: Filter, input: Json, variables: Variables): Generator<Json, void, void> {
  switch (filter.kind) {
    case 'identity':
      yield input;
      return;
    case 'empty':
      return;
    case 'recurse':
      yield* recurse(input);
      return;
    case 'literal':
      yield filter.value;
      return;
    case 'format':
      yield formatAs(filter.name, input);
      return;
    case 'text':
      yield* interpolate(filter.parts, filter.format, 0, input, variables);
      return;
    case 'variable': {
      const value = filter.name === 'ENV' ? (variables.get('ENV') ?? {}) : variables.get(filter.name);
      if (value === undefined) throw new Problem(`$${filter.name} is not defined`);
      yield value;
      return;
    }
    case 'index':
      for (const of of evaluate(filter.of, input, variables))
        for (const key of evaluate(filter.key, input, variables)) yield index(of, key);
      return;
    case 'slice':
      for (const of of evaluate(filter.of, input, variables)) {
        const from = filter.from ? first(filter.from, input, variables) : null;
        const to = filter.to ? first(filter.to, input, variables) : null;
        if (of === null) yield null;
        else if (typeof of === 'string' || Array.isArray(of))
          yield of.slice(Number(from ?? 0), to === null ? undefined : Number(to));
        else throw new Problem(`Cannot index ${typeOf(of)} with object`);
      }
      return;
    case 'iterate':
      for (const of of evaluate(filter.of, input, variables)) yield* items(of);
      return;
    case 'try':
      try {
        yield* evaluate(filter.of, input, variables);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
      return;
    case 'negate':
      for (const value of evaluate(filter.of, input, variables)) {
        if (typeof value !== 'number') throw new Problem(`${shown(value)} cannot be negated`);
        yield -value;
      }
      return;
    case 'collect':
      yield [...evaluate(filter.of, input, variables)];
      return;
    case 'object':
      yield* objects(filter.entries, {}, input, variables);
      return;
    case 'if':
      for (const test of evaluate(filter.test, input, variables))
        yield* evaluate(isTrue(test) ? filter.then : filter.otherwise, input, variables);
      return;
    case 'bind':
      for (const value of evaluate(filter.value, input, variables))
        yield* evaluate(filter.body, input, new Map([...variables, [filter.name, value]]));
      return;
    case 'reduce': {
      let state = first(filter.start, input, variables);
      for (const value of evaluate(filter.over, input, variables))
        state =
          [...evaluate(filter.step, state, new Map([...variables, [filter.name, value]]))].at(-1) ?? null;
      yield state;
      return;
    }
    case 'binary':
      yield* operate(filter, input, variables);
      return;
    case 'call':
      yield* call(filter.name, filter.arguments, input, variables);
  }
}

function first(filter: Filter, input: Json, variables: Variables): Json {
  for (const value of evaluate(filter, input, variables)) return value;
  return null;
}

function* recurse(value: Json): Generator<Json, void, void> {
  yield value;
  if (Array.isArray(value) || isObject(value)) for (const item of items(value)) yield* recurse(item);
}

function items(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  if (isObject(value)) return Object.values(value);
  throw new Problem(`Cannot iterate over ${value === null ? 'null (null)' : shown(value)}`);
}

function index(of: Json, key: Json): Json {
  if (of === null && (typeof key === 'string' || typeof key === 'number' || key === null)) return null;
  if (isObject(of) && typeof key === 'string') return of[key] ?? null;
  if (Array.isArray(of) && typeof key === 'number') return of.at(Math.floor(key)) ?? null;
  throw new Problem(
    `Cannot index ${typeOf(of)} with ${typeof key === 'string' ? `string "${key}"` : typeOf(key)}`,
  );
}

function* interpolate(
  parts: readonly (string | Filter)[],
  format: string | undefined,
  at: number,
  input: Json,
  variables: Variables,
): Generator<string, void, void> {
  const part = parts[at];
  if (part === undefined) {
    yield '';
    return;
  }
  const heads =
    typeof part === 'string'
      ? [part]
      : [...evaluate(part, input, variables)].map((value) =>
          format ? formatAs(format, value) : textOfValue(value),
        );
  for (const head of heads)
    for (const rest of interpolate(parts, format, at + 1, input, variables)) yield head + rest;
}

function* objects(
  entries: readonly { readonly key: Filter; readonly value: Filter }[],
  made: { readonly [key: string]: Json },
  input: Json,
  variables: Variables,
): Generator<Json, void, void> {
  const [entry, ...rest] = entries;
  if (!entry) {
    yield made;
    return;
  }
  for (const key of evaluate(entry.key, input, variables)) {
    if (typeof key !== 'string') throw new Problem(`Object keys must be strings`);
    for (const value of evaluate(entry.value, input, variables))
      yield* objects(rest, { ...made, [key]: value }, input, variables);
  }
}

function* operate(
  { operator, left, right }: Extract<Filter, { kind: 'binary' }>,
  input: Json,
  variables: Variables,
): Generator<Json, void, void> {
  switch (operator) {
    case '|':
      for (const value of evaluate(left, input, variables)) yield* evaluate(right, value, variables);
      return;
    case ',':
      yield* evaluate(left, input, variables);
      yield* evaluate(right, input, variables);
      return;
    case '//': {
      let any = false;
      try {
        for (const value of evaluate(left, input, variables)) {
          if (!isTrue(value)) continue;
          any = true;
          yield value;
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
      }
      if (!any) yield* evaluate(right, input, variables);
      return;
    }
    case 'and':
    case 'or':
      for (const value of evaluate(left, input, variables)) {
        if (isTrue(value) === (operator === 'or')) yield operator === 'or';
        else for (const other of evaluate(right, input, variables)) yield isTrue(other);
      }
      return;
    default:
      for (const other of evaluate(right, input, variables))
        for (const value of evaluate(left, input, variables)) yield binary(operator, value, other);
  }
}

/** Functions that take filters, not values; the others are in {@link FUNCTIONS}. */
function* call(
  name: string,
  given: readonly Filter[],
  input: Json,
  variables: Variables,
): Generator<Json, void, void> {
  const [f, g] = given;
  const by = (item: Json) => [...evaluate(f!, item, variables)];
  switch (`${name}/${given.length}`) {
    case 'select/1':
      for (const test of evaluate(f!, input, variables)) if (isTrue(test)) yield input;
      return;
    case 'map/1':
      yield items(input).flatMap((item) => by(item));
      return;
    case 'map_values/1':
      if (Array.isArray(input)) yield input.flatMap((item) => by(item).slice(0, 1));
      else
        yield Object.fromEntries(
          Object.entries(input as object).flatMap(([key, value]) =>
            by(value as Json)
              .slice(0, 1)
              .map((made) => [key, made]),
          ),
        );
      return;
    case 'with_entries/1': {
      const entries = FUNCTIONS['to_entries/0']!(input) as readonly Json[];
      yield FUNCTIONS['from_entries/0']!(entries.flatMap((entry) => by(entry)));
      return;
    }
    case 'sort_by/1':
      yield [...items(input)]
        .map((item) => ({ item, key: by(item) }))
        .sort((a, b) => compare(a.key, b.key))
        .map(({ item }) => item);
      return;
    case 'group_by/1':
    case 'unique_by/1': {
      const groups: { readonly key: Json; readonly members: Json[] }[] = [];
      for (const item of items(input)) {
        const key = by(item);
        const group = groups.find((one) => compare(one.key, key) === 0);
        if (group) group.members.push(item);
        else groups.push({ key, members: [item] });
      }
      groups.sort((a, b) => compare(a.key, b.key));
      yield groups.map(({ members }) => (name === 'group_by' ? members : members[0]!));
      return;
    }
    case 'min_by/1':
    case 'max_by/1': {
      const sorted = [...items(input)].sort((a, b) => compare(by(a), by(b)));
      yield (name === 'min_by' ? sorted[0] : sorted.at(-1)) ?? null;
      return;
    }
    case 'any/1':
      yield items(input).some((item) => by(item).some(isTrue));
      return;
    case 'all/1':
      yield items(input).every((item) => by(item).every(isTrue));
      return;
    case 'first/1':
      for (const value of evaluate(f!, input, variables)) {
        yield value;
        return;
      }
      return;
    case 'last/1': {
      const all = by(input);
      if (all.length > 0) yield all.at(-1)!;
      return;
    }
    case 'limit/2': {
      let left = Number(first(f!, input, variables));
      if (left <= 0) return;
      for (const value of evaluate(g!, input, variables)) {
        yield value;
        if (--left <= 0) return;
      }
      return;
    }
    case 'range/1':
      for (let at = 0; at < Number(first(f!, input, variables)); at++) yield at;
      return;
    case 'range/2':
      for (let at = Number(first(f!, input, variables)); at < Number(first(g!, input, variables)); at++)
        yield at;
      return;
    case 'recurse/0':
      yield* recurse(input);
      return;
    case 'recurse/1':
      yield input;
      for (const value of evaluate(f!, input, variables)) yield* call(name, given, value, variables);
      return;
    case 'values/0':
      if (input !== null) yield input;
      return;
    case 'nulls/0':
      if (input === null) yield input;
      return;
    case 'strings/0':
    case 'numbers/0':
    case 'booleans/0':
    case 'arrays/0':
    case 'objects/0':
      if (`${typeOf(input)}s` === name) yield input;
      return;
    case 'scalars/0':
      if (!Array.isArray(input) && !isObject(input)) yield input;
      return;
    case 'paths/0':
      yield* paths(input, []);
      return;
    case 'error/0':
      throw new Problem(textOfValue(input));
    case 'error/1':
      throw new Problem(textOfValue(first(f!, input, variables)));
    case 'env/0':
      yield variables.get('ENV') ?? {};
      return;
    case 'del/1':
      yield without(input, f!, variables);
      return;
    case 'try-catch/2':
      try {
        yield* evaluate(f!, input, variables);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        yield* evaluate(g!, error.message, variables);
      }
      return;
  }
  const plain = FUNCTIONS[`${name}/${given.length}`]!;
  yield* combine(plain, given, [], input, variables);
}

function* combine(
  plain: (input: Json, ...values: Json[]) => Json,
  given: readonly Filter[],
  values: readonly Json[],
  input: Json,
  variables: Variables,
): Generator<Json, void, void> {
  const next = given[values.length];
  if (!next) yield plain(input, ...values);
  else
    for (const value of evaluate(next, input, variables))
      yield* combine(plain, given, [...values, value], input, variables);
}

function* paths(value: Json, path: readonly Json[]): Generator<Json, void, void> {
  if (path.length > 0) yield path;
  if (Array.isArray(value)) for (const [at, item] of value.entries()) yield* paths(item, [...path, at]);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) yield* paths(item, [...path, key]);
}

/** `del(.a.b)`, `del(.[0])`: paths of names and numbers. */
function without(input: Json, filter: Filter, variables: Variables): Json {
  if (filter.kind === 'binary' && filter.operator === ',')
    return without(without(input, filter.left, variables), filter.right, variables);
  if (filter.kind !== 'index') throw new Problem('Invalid path expression');
  const key = first(filter.key, input, variables);
  const change = (value: Json): Json => {
    if (Array.isArray(value) && typeof key === 'number')
      return value.filter((_, at) => at !== (key < 0 ? value.length + key : key));
    if (isObject(value) && typeof key === 'string')
      return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    return value;
  };
  return update(input, filter.of, change, variables);
}

function update(input: Json, path: Filter, change: (value: Json) => Json, variables: Variables): Json {
  if (path.kind === 'identity') return change(input);
  if (path.kind === 'index') {
    const key = first(path.key, input, variables);
    return update(
      input,
      path.of,
      (value) => {
        if (isObject(value) && typeof key === 'string' && Object.hasOwn(value, key))
          return { ...value, [key]: change(value[key]!) };
        if (Array.isArray(value) && typeof key === 'number')
          return value.map((item, at) => (at === key ? change(item) : item));
        return value;
      },
      variables,
    );
  }
  if (path.kind === 'iterate')
    return update(
      input,
      path.of,
      (value) =>
        Array.isArray(value)
          ? value.map(change)
          : isObject(value)
            ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]))
            : value,
      variables,
    );
  throw new Problem('Invalid path expression');
}

const OF_FILTERS =
  'select/1 map/1 map_values/1 with_entries/1 sort_by/1 group_by/1 unique_by/1 min_by/1 max_by/1 any/1 all/1 first/1 last/1 limit/2 range/1 range/2 recurse/0 recurse/1 values/0 nulls/0 strings/0 numbers/0 booleans/0 arrays/0 objects/0 scalars/0 paths/0 error/0 error/1 env/0 del/1 try-catch/2'.split(
    ' ',
  );

/** The first function or variable that a program uses and nobody knows: `foo/0`, `$x`. */
export function unknownName(filter: Filter, variables: ReadonlySet<string>): string | undefined {
  const inner = (...filters: (Filter | undefined)[]) => {
    for (const each of filters) {
      const found = each && unknownName(each, variables);
      if (found) return found;
    }
    return undefined;
  };
  switch (filter.kind) {
    case 'variable':
      return variables.has(filter.name) || filter.name === 'ENV' ? undefined : `$${filter.name}`;
    case 'call': {
      const name = `${filter.name}/${filter.arguments.length}`;
      return OF_FILTERS.includes(name) || Object.hasOwn(FUNCTIONS, name) ? inner(...filter.arguments) : name;
    }
    case 'text':
      return inner(...filter.parts.filter((part) => typeof part !== 'string'));
    case 'index':
      return inner(filter.of, filter.key);
    case 'slice':
      return inner(filter.of, filter.from, filter.to);
    case 'iterate':
    case 'try':
    case 'negate':
    case 'collect':
      return inner(filter.of);
    case 'object':
      return inner(...filter.entries.flatMap(({ key, value }) => [key, value]));
    case 'binary':
      return inner(filter.left, filter.right);
    case 'if':
      return inner(filter.test, filter.then, filter.otherwise);
    case 'bind':
      return inner(filter.value) ?? unknownName(filter.body, new Set([...variables, filter.name]));
    case 'reduce':
      return (
        inner(filter.over, filter.start) ?? unknownName(filter.step, new Set([...variables, filter.name]))
      );
    default:
      return undefined;
  }
}
