/// <reference lib="webworker" />
import {
  createCluster,
  describeField,
  type FieldQuery,
  loadSchemaDocs,
  type Message,
  type SchemaDocs,
} from '../engine/index.ts';
import { createTranslator } from '../i18n/index.ts';
import { kubelet as kubeletWords } from '../i18n/messages/kubelet.ts';
import { shell as shellWords } from '../i18n/messages/shell.ts';
import { traceflow as traceflowWords } from '../i18n/messages/traceflow.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import type { LabSession, RunIo, TerminalName } from './protocol.ts';
import type { LabReply, LabRequest, LabSetup } from './rpc.ts';
import { createLabSession } from './session.ts';
import { OWN } from './terminal-name.ts';

let docs: Promise<SchemaDocs> | undefined;
/** The documentation of fields is fetched when one is first looked at. */
async function describe(query: FieldQuery) {
  docs ??= loadSchemaDocs();
  return describeField(query, await docs);
}

function wordsIn(locale: 'es' | 'en'): (message: Message) => string {
  return createTranslator(locale, shellWords, kubeletWords, traceflowWords);
}

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const reply = (message: LabReply) => scope.postMessage(message);
let session: LabSession | undefined;

/** Lets waiting messages (Ctrl-C) in. A message to oneself comes sooner than any timer. */
const turns = new MessageChannel();
const waiting: (() => void)[] = [];
turns.port1.onmessage = () => waiting.shift()?.();
const later = (go: () => void) => {
  waiting.push(go);
  turns.port2.postMessage(null);
};
const pause = () => new Promise<void>(later);
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A line that runs, or the last of its terminal: its output on the way to the page, and whoever waits for the editor. */
interface Line {
  readonly terminal: TerminalName;
  readonly outlet: Outlet;
  edited?: (text: string | undefined) => void;
}
const lines = new Map<number, Line>();

async function print<T>(id: number, terminal: TerminalName, work: (line: Line) => Promise<T>): Promise<T> {
  const line: Line = { terminal, outlet: createOutlet((text) => reply({ kind: 'print', id, text }), later) };
  for (const [other, each] of lines) if (each.terminal === terminal) lines.delete(other);
  lines.set(id, line);
  try {
    return await work(line);
  } finally {
    await line.outlet.drained();
  }
}

function perform(to: LabSession, { id, method, args }: Extract<LabRequest, { kind: 'call' }>) {
  if (method === 'apply') {
    const [files] = args as Parameters<LabSession['apply']>;
    return print(id, OWN, ({ outlet }) => to.apply(files, outlet.write));
  }
  if (method === 'run') {
    const [line, given] = args as [string, Pick<RunIo, 'terminal' | 'columns'>];
    return print(id, given.terminal ?? OWN, (own) => {
      const edit = (name: string, text: string) =>
        new Promise<string | undefined>((resolve) => {
          own.edited = resolve;
          reply({ kind: 'edit', id, name, text });
        });
      const { write, drained } = own.outlet;
      return to.run(line, { ...given, write, drained, edit });
    });
  }
  const call = to[method as Exclude<typeof method, 'open'>] as (
    ...given: readonly unknown[]
  ) => Promise<unknown>;
  return call(...args);
}

async function answer(request: Extract<LabRequest, { kind: 'call' }>): Promise<void> {
  const { id, method, args } = request;
  try {
    if (method === 'open') {
      const setup = args[0] as LabSetup;
      const say = wordsIn(setup.locale);
      session = createLabSession({ ...setup, createCluster, pause, wait, describe, say });
      reply({ kind: 'done', id, value: undefined });
      return;
    }
    if (!session) throw new Error('no lab is open');
    reply({ kind: 'done', id, value: await perform(session, request) });
  } catch (error) {
    reply({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

scope.onmessage = ({ data }: MessageEvent<LabRequest>) => {
  switch (data.kind) {
    case 'call':
      void answer(data);
      break;
    case 'interrupt':
      for (const { terminal, outlet } of lines.values()) if (terminal === data.terminal) outlet.discard();
      session?.interrupt(data.terminal);
      break;
    case 'printed':
      lines.get(data.id)?.outlet.shown(data.length);
      break;
    case 'edited':
      lines.get(data.id)?.edited?.(data.text);
  }
};
