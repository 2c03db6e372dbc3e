import { createEditor } from '../editor/index.ts';
import { createMap } from '../graph/index.ts';
import { createTranslator } from '../i18n/index.ts';
import { graph as graphWords } from '../i18n/messages/graph.ts';
import { kubelet as kubeletWords } from '../i18n/messages/kubelet.ts';
import { lab as labWords } from '../i18n/messages/lab.ts';
import { traceflow as traceflowWords } from '../i18n/messages/traceflow.ts';
import { trip as tripWords } from '../i18n/messages/trip.ts';
import { createLabClient, type LabClient } from './client.ts';
import { createWorker } from './create-worker.ts';
import type { LabDefinition } from './definition.ts';
import { createLabPage, type LabPage } from './lab-page.ts';
import { toggleFullScreen, wirePage } from './page-events.ts';
import { loadProgress, saveProgress, type TextStore } from './progress.ts';
import { progressKey } from './progress-key.ts';
import { createRunner, type LabRunner } from './runner.ts';
import { installStyleShim } from './style-shim.ts';
import { findLinks, type LinkTargets } from './terminal-links.ts';
import { createTerminals } from './terminals.ts';
import { tokenizeYamlLine } from './tokenize-yaml.ts';
import { defineHopTrip, type HopTrip } from './trip/index.ts';
import { createComposeView } from './view/compose-view.ts';
import { createEditView } from './view/edit-view.ts';
import { place } from './view/find.ts';
import { createLoadView, type LoadView, type StationName } from './view/load-view.ts';
import { addFileTabs } from './view/tabs.ts';

/** A lab that is open on a page. */
export interface OpenLab {
  run(): Promise<void>;
  askToStartOver(): void;
  toggleFullScreen(): void;
  focus(piece: 'editor' | 'terminal'): void;
  dispose(): void;
}

const warmed = new WeakMap<HTMLElement, LabClient>();

/** Starts a lab's simulator before it is needed. */
export function warmLab(root: HTMLElement, definition: LabDefinition): void {
  if (warmed.has(root)) return;
  const client = createClient(definition);
  warmed.set(root, client);
  // Should it fail, it fails again when the lab is opened, and is told there.
  void client.start(definition.files).catch(() => undefined);
}

function createClient({ cluster, goals, setup, locale }: LabDefinition): LabClient {
  return createLabClient({ goals, setup, locale, ...(cluster ? { cluster } : {}) }, createWorker);
}

/** Brings a lab's markup to life: simulator, editor, terminal, map and trip, each in its place. */
export async function openLab(
  root: HTMLElement,
  definition: LabDefinition,
  lesson: string,
): Promise<OpenLab> {
  installStyleShim();
  const say = wordsOf(definition);
  const load = createLoadView(root);
  for (;;) {
    const client = warmed.get(root) ?? createClient(definition);
    warmed.set(root, client);
    const listeners = new AbortController();
    try {
      const page = await assemble(root, definition, lesson, client, load, listeners.signal);
      return {
        run: page.run,
        askToStartOver: page.askToStartOver,
        toggleFullScreen: () => toggleFullScreen(root),
        focus: (piece) => (piece === 'editor' ? page.pieces.editor?.focus() : page.pieces.terminals?.focus()),
        dispose() {
          listeners.abort();
          page.dispose();
          client.dispose();
          warmed.delete(root);
        },
      };
    } catch (error) {
      listeners.abort();
      client.dispose();
      warmed.delete(root);
      const reason = error instanceof Error ? error.message : String(error);
      await load.failed(say('lab.failed'), say('lab.failed-text', { reason }), say('lab.retry'));
    }
  }
}

function wordsOf({ locale }: LabDefinition) {
  return createTranslator(locale, labWords, tripWords, graphWords, traceflowWords, kubeletWords);
}

/** Fetches the pieces one after the other, giving the page a turn between them. Throws when one of them does not come. */
async function assemble(
  root: HTMLElement,
  definition: LabDefinition,
  lesson: string,
  client: LabClient,
  load: LoadView,
  signal: AbortSignal,
): Promise<LabPage> {
  const say = wordsOf(definition);
  const heading = (station: StationName) => {
    load.heading(station, say(`lab.arriving-${station}`), say('lab.arriving-note'));
    place(root, 'now').textContent = say(`lab.arriving-${station}`);
  };
  heading('engine');
  const key = progressKey(lesson, definition.name);
  const store = storage();
  const kept = loadProgress(store, key);
  let couldKeep = true;
  let page: LabPage | undefined;
  const runner = createRunner({
    client,
    onRecovered: (state) => page?.recovered(state),
    start: definition.files,
    keep(progress) {
      const could = saveProgress(store, key, progress);
      if (!could && couldKeep) page?.tell(say('lab.not-saved'));
      couldKeep = could;
    },
  });
  const replayed = await runner.restore(typeof kept === 'object' ? kept : undefined).catch(async (error) => {
    // What was kept no longer leads anywhere: begin again rather than not at all.
    if (typeof kept !== 'object') throw error;
    await client.restart();
    return runner.restore();
  });
  heading('cluster');
  await turn();

  page = createLabPage({ root, name: definition.name, say, runner, state: replayed.state });
  const { pieces, announce } = page;
  const opened = page;
  signal.addEventListener('abort', () => opened.dispose(), { once: true });

  heading('editor');
  await openEditor(root, definition, page);
  await turn();

  heading('ready');
  pieces.terminals = await createTerminals(root, {
    history: runner.progress.history,
    nodes: replayed.state.view.nodes.map((node) => node.name),
    say,
    announce,
    run: async (line, io, terminal) => {
      const edit = (file: string, text: string) => opened.edit(terminal, file, text);
      return opened.commandDone(await runner.run(line, { ...io, terminal, edit }), terminal);
    },
    isIncomplete: runner.isIncomplete,
    interrupt: opened.interrupt,
    complete: runner.complete,
    links: (text) => findLinks(text, linkTargets(opened, runner)),
    onHistory: (lines) => runner.setHistory(lines),
    onClose: (terminal) => void runner.close(terminal),
  });
  pieces.terminals.show(replayed.transcript);
  await turn();

  defineHopTrip();
  const trip = document.createElement('hop-trip') as HopTrip;
  trip.say = say;
  trip.view = replayed.state.view;
  place(root, 'trip').replaceChildren(trip);
  pieces.trip = trip;
  pieces.compose = createComposeView(
    root.querySelector<HTMLFormElement>('form.compose')!,
    definition.commands,
    (line) => void pieces.terminals?.submit(line),
  );
  const map = await createMap(place(root, 'map'), { say });
  pieces.map = map;
  load.done();
  root.toggleAttribute('data-open', true);
  wirePage(root, page, say, signal);

  page.showState(replayed.state, false);
  page.drawGoals(replayed.goals, false);
  page.showTrips(replayed.trips);
  if (kept === 'damaged') page.tell(say('lab.progress-damaged'));
  if (!couldKeep) page.tell(say('lab.not-saved'));
  announce(say('lab.ready'));
  void page.check();
  return page;
}

/** The editor takes the listings' place, with the file open that was. */
async function openEditor(root: HTMLElement, { locale }: LabDefinition, page: LabPage): Promise<void> {
  const tabs = root.querySelector<HTMLElement>('[data-tabs="files"]')!;
  const { say, runner } = page;
  addFileTabs(
    tabs,
    runner.progress.files.map((file) => file.name),
  );
  const box = place(root, 'editor');
  const editor = await createEditor(box, {
    locale,
    files: runner.progress.files,
    words: {
      label: (file) => say('lab.editor-label', { file }),
      required: say('lab.field-required'),
      values: (values) => say('lab.field-values', { values }),
    },
    describe: runner.describe,
    tokenizeLine: tokenizeYamlLine,
    onChange: page.filesChanged,
    onRun: () => void page.run(),
  });
  page.pieces.editor = editor;
  page.pieces.edit = createEditView(root, editor, say);
  editor.open(tabs.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset.file ?? '');
  const typing = box.contains(document.activeElement);
  for (const listing of box.querySelectorAll('[data-listing]')) listing.remove();
  if (typing) editor.focus();
}

/** Where the links of the terminal lead. */
function linkTargets(page: LabPage, runner: LabRunner): LinkTargets {
  return {
    files: runner.progress.files.map((file) => file.name),
    openFile: (file, line) => page.goToSource({ file, line, column: 1, endLine: line, endColumn: 1 }),
    openPage: (address) => void window.open(address, '_blank', 'noopener,noreferrer'),
    type: (line) => page.pieces.terminals?.type(line),
  };
}

function storage(): TextStore | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** Lets the page answer whoever is using it before the next heavy piece. */
async function turn(): Promise<void> {
  const { scheduler } = globalThis as { readonly scheduler?: { yield?: () => Promise<void> } };
  if (scheduler?.yield) await scheduler.yield();
  else await new Promise((resolve) => setTimeout(resolve, 0));
}
