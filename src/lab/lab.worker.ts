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
import type { LabSession } from './protocol.ts';
import type { LabReply, LabRequest, LabSetup } from './rpc.ts';
import { createLabSession } from './session.ts';

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
function pause(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    turns.port2.postMessage(null);
  });
}

async function answer({ id, method, args }: Extract<LabRequest, { kind: 'call' }>): Promise<void> {
  try {
    if (method === 'open') {
      const setup = args[0] as LabSetup;
      session = createLabSession({
        ...setup,
        createCluster,
        pause,
        describe,
        say: wordsIn(setup.locale),
      });
      reply({ kind: 'done', id, value: undefined });
      return;
    }
    if (!session) throw new Error('no lab is open');
    const write = (text: string) => reply({ kind: 'print', id, text });
    const given =
      method === 'apply' ? [args[0], write] : method === 'run' ? [args[0], write, args[1], args[2]] : args;
    const call = session[method] as (...given: readonly unknown[]) => Promise<unknown>;
    reply({ kind: 'done', id, value: await call(...given) });
  } catch (error) {
    reply({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
  }
}

scope.onmessage = ({ data }: MessageEvent<LabRequest>) => {
  if (data.kind === 'interrupt') session?.interrupt();
  else void answer(data);
};
