import {
  type Command,
  type CommandNode,
  type CompoundList,
  type ParsedScript,
  type PipelineNode,
  parse,
  type Redirection,
  type Statement,
} from 'unbash';
import { allVariables, type Process, type Program, sleep, type Wait } from '../../../libc/index.ts';
import { type Expansion, expandText, expandWord } from './sh-words.ts';

/** How a list of commands was left. */
class Leave {
  readonly kind: 'exit' | 'break' | 'continue';
  readonly status: number;
  constructor(kind: Leave['kind'], status: number) {
    this.kind = kind;
    this.status = status;
  }
}

type Run = Generator<Wait, number, void>;

/** More rounds than this of a loop that never waits, in one instant, is a program that would burn the processor. */
const MAX_BUSY_ROUNDS = 10_000;
const BUSY_PAUSE_MS = 1000;

/**
 * `sh -c "…"` as container commands use it: lists, `&&`, `||`, pipes, `&`, if, while, until, for, case, variables,
 * `$(…)`, `$((…))` and redirections to files.
 *
 * A shell that runs one simple command replaces itself by it (as dash and bash do), so that a server started so gets
 * SIGTERM; a shell that runs more stays the first process, and ignores it.
 */
export const sh: Program = function* (process) {
  const at = process.arguments.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
  const file = process.arguments.slice(1).find((word) => !word.startsWith('-'));
  const text = at >= 0 ? process.arguments[at + 1] : file === undefined ? undefined : process.readFile(file);
  if (text === undefined) {
    if (file === undefined) return 0;
    process.stderr(`sh: 0: cannot open ${file}: No such file\n`);
    return 2;
  }
  const script = parse(text) as ParsedScript;
  if (script.errors && script.errors.length > 0) {
    process.stderr(`sh: syntax error: ${script.errors[0]!.message}\n`);
    return 2;
  }
  const rest = at >= 0 ? process.arguments.slice(at + 2) : process.arguments.slice(1);
  return yield* new Shell(process, rest).script(script);
};

class Shell {
  readonly #process: Process;
  readonly #variables: Map<string, string>;
  readonly #positional: readonly string[];
  #status = 0;
  readonly #jobs: { done: boolean; status: number }[] = [];

  constructor(process: Process, positional: readonly string[]) {
    this.#process = process;
    this.#variables = new Map(Object.entries(allVariables(process.env)));
    this.#positional = positional;
  }

  *script(script: ParsedScript): Run {
    const [only] = script.commands;
    const replacesItself =
      script.commands.length === 1 && only?.command.type === 'Command' && !only.background;
    const run = replacesItself
      ? this.#statements(script.commands)
      : this.#ignoringTermination(this.#statements(script.commands));
    try {
      return yield* run;
    } catch (left) {
      if (left instanceof Leave) return left.status;
      throw left;
    }
  }

  /** A child that handles SIGTERM never sees the one that the shell, process 1, ignores. */
  *#ignoringTermination(run: Run): Run {
    for (let next = run.next(); ; next = run.next()) {
      if (next.done) return next.value;
      yield next.value.kind === 'terminate' ? sleep(Number.POSITIVE_INFINITY) : next.value;
    }
  }

  *#statements(statements: readonly Statement[]): Run {
    for (const { command, background } of statements) {
      if (background) this.#inBackground(this.#andOr(command));
      else this.#status = yield* this.#andOr(command);
    }
    return this.#status;
  }

  #inBackground(run: Run): void {
    const job = { done: false, status: 0 };
    this.#jobs.push(job);
    const step = (): void => {
      const next = run.next();
      if (next.done) {
        job.done = true;
        job.status = next.value;
      } else if (next.value.kind === 'sleep' && next.value.milliseconds < Number.POSITIVE_INFINITY) {
        this.#process.after(next.value.milliseconds, step);
      }
    };
    step();
    this.#status = 0;
  }

  *#andOr(node: Statement['command']): Run {
    if (node.type !== 'AndOr') return yield* this.#pipeline(node);
    let status = yield* this.#pipeline(node.commands[0]!);
    for (const [index, operator] of node.operators.entries()) {
      if ((operator === '&&') !== (status === 0)) continue;
      this.#status = status;
      status = yield* this.#pipeline(node.commands[index + 1]!);
    }
    return status;
  }

  *#pipeline(node: PipelineNode): Run {
    if (node.type !== 'Pipeline') return yield* this.#command(node, this.#process);
    let input: string | undefined;
    let status = 0;
    for (const [index, command] of node.commands.entries()) {
      const isLast = index === node.commands.length - 1;
      let output = '';
      const changes = {
        ...(input !== undefined && { stdin: input }),
        ...(!isLast && {
          stdout: (text: string) => {
            output += text;
          },
        }),
      };
      status = yield* this.#command(command, this.#process.child(changes));
      input = output;
    }
    return node.prefixes.some(({ type }) => type === 'Negation') ? Number(status === 0) : status;
  }

  *#command(node: CommandNode, process: Process): Run {
    switch (node.type) {
      case 'Command':
        return yield* this.#simple(node, process);
      case 'Redirected':
        return yield* this.#command(node.command, yield* this.#redirected(node.redirects, process));
      case 'BraceGroup':
      case 'Subshell':
        return yield* this.#list(node.body);
      case 'If': {
        if ((yield* this.#list(node.clause)) === 0) return yield* this.#list(node.then);
        for (const branch of node.elif) {
          if ((yield* this.#list(branch.clause)) === 0) return yield* this.#list(branch.then);
        }
        return node.else ? yield* this.#list(node.else) : 0;
      }
      case 'While':
        return yield* this.#loop(node.body, function* (shell) {
          return ((yield* shell.#list(node.clause)) === 0) === (node.kind === 'while');
        });
      case 'For': {
        const values: string[] = [];
        for (const word of node.wordlist ?? [])
          values.push(...(yield* expandWord(word, this.#expansion(process))));
        return yield* this.#loop(node.body, (shell) => {
          const value = values.shift();
          if (value !== undefined) shell.#variables.set(node.name.value, value);
          return value !== undefined;
        });
      }
      case 'Case': {
        const value = yield* expandText(node.word, this.#expansion(process));
        for (const item of node.items) {
          for (const pattern of item.pattern) {
            if (matches(value, yield* expandText(pattern, this.#expansion(process))))
              return yield* this.#list(item.body);
          }
        }
        return 0;
      }
      default:
        process.stderr('sh: syntax error: not supported here\n');
        return 2;
    }
  }

  #list(list: CompoundList): Run {
    return this.#statements(list.commands);
  }

  *#loop(body: CompoundList, goesOn: (shell: Shell) => Generator<Wait, boolean, void> | boolean): Run {
    let status = 0;
    let busy = 0;
    let before = this.#process.now();
    for (;;) {
      const condition = goesOn(this);
      if (!(typeof condition === 'boolean' ? condition : yield* condition)) return status;
      try {
        status = yield* this.#list(body);
      } catch (left) {
        if (!(left instanceof Leave) || left.kind === 'exit') throw left;
        if (left.kind === 'break') return status;
      }
      busy = this.#process.now() === before ? busy + 1 : 0;
      before = this.#process.now();
      if (busy > MAX_BUSY_ROUNDS) yield sleep(BUSY_PAUSE_MS);
    }
  }

  *#simple(node: Command, given: Process): Run {
    const expansion = this.#expansion(given);
    const own: Record<string, string> = {};
    for (const part of node.prefix) {
      if (part.type === 'Assignment' && part.value.type === 'Word')
        own[part.name] = yield* expandText(part.value, expansion);
    }
    const words: string[] = node.name ? [...(yield* expandWord(node.name, expansion))] : [];
    for (const argument of node.args) {
      if (argument.type === 'Word') words.push(...(yield* expandWord(argument, expansion)));
      else
        words.push(
          `${argument.name}=${argument.value.type === 'Word' ? yield* expandText(argument.value, expansion) : ''}`,
        );
    }
    const process = yield* this.#redirected(node.redirects, given);
    const [name, ...rest] = words;
    if (name === undefined) {
      for (const [key, value] of Object.entries(own)) this.#variables.set(key, value);
      return this.#status;
    }
    const builtin = yield* this.#builtin(name, rest, process);
    if (builtin !== undefined) return builtin;
    const program = process.find(name);
    if (!program) {
      process.stderr(`sh: ${name}: not found\n`);
      return 127;
    }
    const env = { ...Object.fromEntries(this.#variables), ...own };
    return yield* program(process.child({ arguments: words, env }));
  }

  /** undefined: not a built-in command. */
  *#builtin(
    name: string,
    words: readonly string[],
    process: Process,
  ): Generator<Wait, number | undefined, void> {
    switch (name) {
      case ':':
      case 'set':
      case 'trap':
      case 'cd':
      case 'umask':
      case 'ulimit':
      case 'mkdir':
        return 0;
      case 'export':
      case 'local':
      case 'readonly':
        for (const word of words) {
          const equals = word.indexOf('=');
          if (equals > 0) this.#variables.set(word.slice(0, equals), word.slice(equals + 1));
        }
        return 0;
      case 'unset':
        for (const word of words) this.#variables.delete(word);
        return 0;
      case 'exit':
        throw new Leave('exit', words[0] === undefined ? this.#status : Number(words[0]) & 0xff);
      case 'break':
      case 'continue':
        throw new Leave(name, 0);
      case 'exec': {
        const program = words[0] === undefined ? undefined : process.find(words[0]);
        if (!program) return words.length === 0 ? 0 : 127;
        throw new Leave(
          'exit',
          yield* program(process.child({ arguments: words, env: Object.fromEntries(this.#variables) })),
        );
      }
      case 'wait': {
        while (this.#jobs.some(({ done }) => !done)) yield sleep(BUSY_PAUSE_MS);
        return this.#jobs.at(-1)?.status ?? 0;
      }
      default:
        return undefined;
    }
  }

  *#redirected(redirects: readonly Redirection[], process: Process): Generator<Wait, Process, void> {
    let result = process;
    for (const redirect of redirects) {
      if (redirect.type === 'HereString') continue;
      if (redirect.type === 'HereDoc') {
        result = result.child({ stdin: redirect.body.text });
        continue;
      }
      const path = yield* expandText(redirect.target, this.#expansion(process));
      const fromError = redirect.descriptor?.type === 'FileDescriptor' && redirect.descriptor.value === 2;
      if (redirect.operator === '>&' || redirect.operator === '<&') {
        result = fromError
          ? result.child({ stderr: result.stdout })
          : result.child({ stdout: result.stderr });
        continue;
      }
      if (redirect.operator === '<') {
        result = result.child({ stdin: process.readFile(path) ?? '' });
        continue;
      }
      if (path === '/dev/stdout' || path === '/dev/stderr') continue;
      const appends = redirect.operator.endsWith('>>');
      if (path !== '/dev/null' && !appends) process.writeFile(path, '');
      const write = (text: string): void => {
        if (path !== '/dev/null') process.writeFile(path, (process.readFile(path) ?? '') + text);
      };
      if (redirect.operator.startsWith('&')) result = result.child({ stdout: write, stderr: write });
      else result = fromError ? result.child({ stderr: write }) : result.child({ stdout: write });
    }
    return result;
  }

  #expansion(process: Process): Expansion {
    return {
      variable: (name) => {
        if (name === '?') return String(this.#status);
        if (name === '$') return '1';
        if (name === '#') return String(Math.max(0, this.#positional.length - 1));
        if (name === '@' || name === '*') return this.#positional.slice(1).join(' ');
        if (/^\d+$/.test(name)) return this.#positional[Number(name)];
        return this.#variables.get(name);
      },
      assign: (name, value) => this.#variables.set(name, value),
      substitute: (script) => this.#substitute(script, process),
    };
  }

  *#substitute(script: ParsedScript, process: Process): Generator<Wait, string, void> {
    let output = '';
    const inner = new Shell(
      process.child({
        stdout: (text) => {
          output += text;
        },
      }),
      this.#positional,
    );
    for (const [name, value] of this.#variables) inner.#variables.set(name, value);
    this.#status = yield* inner.script(script);
    return output;
  }
}

/** A `case` pattern: `*`, `?` and the rest as it stands. */
function matches(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
