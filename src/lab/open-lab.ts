import { createEditor } from '../editor/index.ts';
import { createMap, type Place } from '../graph/index.ts';
import { createTranslator } from '../i18n/index.ts';
import { graph as graphWords } from '../i18n/messages/graph.ts';
import { lab as labWords } from '../i18n/messages/lab.ts';
import { traceflow as traceflowWords } from '../i18n/messages/traceflow.ts';
import { trip as tripWords } from '../i18n/messages/trip.ts';
import { applyLine } from './apply-line.ts';
import { createLabClient, type LabClient } from './client.ts';
import { createWorker } from './create-worker.ts';
import type { LabDefinition } from './definition.ts';
import { loadProgress, progressKey, saveProgress, type TextStore } from './progress.ts';
import type { GoalState, LabState, Problem, SourceRange, Trip } from './protocol.ts';
import { createRunner } from './runner.ts';
import type { Replayed } from './session-log.ts';
import { stepName } from './step-name.ts';
import { installStyleShim } from './style-shim.ts';
import { createTerminals } from './terminals.ts';
import { tokenizeYamlLine } from './tokenize-yaml.ts';
import { defineHopTrip, type HopTrip, type StepDetail } from './trip/index.ts';
import { createComposeView } from './view/compose-view.ts';
import { controls, place } from './view/find.ts';
import { showGoals } from './view/goals-view.ts';
import { createLoadView, type StationName } from './view/load-view.ts';
import { showProblems } from './view/problems-view.ts';
import { selectTab } from './view/tabs.ts';
import { hideToast, showToast } from './view/toast.ts';

/** A lab that is open on a page. */
export interface OpenLab {
  run(): Promise<void>;
  askToStartOver(): void;
  toggleFullScreen(): void;
  dispose(): void;
}

/** How long the learner may pause in typing before the text is checked. */
const CHECK_AFTER_MS = 120;

const warmed = new WeakMap<HTMLElement, LabClient>();

/** Starts a lab's simulator before it is needed. */
export function warmLab(root: HTMLElement, definition: LabDefinition): void {
  if (!warmed.has(root)) warmed.set(root, createClient(definition, true));
}

function createClient(definition: LabDefinition, warm: boolean): LabClient {
  const { cluster, goals, setup } = definition;
  const client = createLabClient({ goals, setup, ...(cluster ? { cluster } : {}) }, createWorker);
  if (warm) void client.start(definition.files).catch(() => undefined);
  return client;
}

/** Brings a lab's markup to life: simulator, editor, terminal, map and trip, each in its place. */
export async function openLab(
  root: HTMLElement,
  definition: LabDefinition,
  lesson: string,
): Promise<OpenLab> {
  installStyleShim();
  const say = createTranslator(definition.locale, labWords, tripWords, graphWords, traceflowWords);
  const announce = (text: string) => {
    place(root, 'said').textContent = text;
  };
  const listeners = new AbortController();
  const { signal } = listeners;
  const toast = place(root, 'toast');
  const tell = (text: string, action?: { readonly label: string; go(): void }) =>
    showToast(toast, text, action, say('lab.dismiss'));

  const key = progressKey(lesson, definition.name);
  const store = storage();
  const kept = loadProgress(store, key);
  let couldKeep = true;
  const client = warmed.get(root) ?? createClient(definition, false);
  warmed.set(root, client);
  const runner = createRunner({
    client,
    start: definition.files,
    keep(progress) {
      const could = saveProgress(store, key, progress);
      if (!could && couldKeep) tell(say('lab.not-saved'));
      couldKeep = could;
    },
  });

  const load = createLoadView(root);
  const heading = (station: StationName) =>
    load.heading(station, say(`lab.arriving-${station}`), say('lab.arriving-note'));

  let replayed: Replayed;
  try {
    heading('engine');
    replayed = await runner.restore(typeof kept === 'object' ? kept : undefined).catch(async (error) => {
      // What was kept no longer leads anywhere: begin again rather than not at all.
      if (typeof kept !== 'object') throw error;
      await client.restart();
      return runner.restore();
    });
    heading('cluster');
    await turn();
  } catch (error) {
    return new Promise((resolve) => {
      load.failed(
        say('lab.failed'),
        say('lab.failed-text', { reason: String(error instanceof Error ? error.message : error) }),
        {
          label: say('lab.retry'),
          go() {
            client.dispose();
            warmed.delete(root);
            resolve(openLab(root, definition, lesson));
          },
        },
      );
    });
  }

  let state: LabState = replayed.state;
  let problems: readonly Problem[] = state.problems;
  let trips: readonly Trip[] = replayed.last?.trips ?? [];
  let standing: Place | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // The editor takes the listings' place.
  heading('editor');
  const editorPlace = place(root, 'editor');
  const fileTabs = root.querySelector<HTMLElement>('[data-tabs="files"]')!;
  const openName = () => fileTabs.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset.file ?? '';
  addFileTabs(
    fileTabs,
    runner.progress.files.map((file) => file.name),
  );
  const editor = await createEditor(editorPlace, {
    locale: definition.locale,
    files: runner.progress.files,
    words: {
      label: (file) => say('lab.editor-label', { file }),
      required: say('lab.field-required'),
      values: (values) => say('lab.field-values', { values }),
    },
    describe: (query) => client.describe(query),
    tokenizeLine: tokenizeYamlLine,
    onChange(files) {
      runner.edit(files);
      clearTimeout(timer);
      timer = setTimeout(() => void check(), CHECK_AFTER_MS);
    },
    onRun: () => void run(),
  });
  editor.open(openName());
  for (const listing of editorPlace.querySelectorAll('[data-listing]')) listing.remove();
  root.addEventListener(
    'hop-file',
    (event) => {
      editor.open((event as CustomEvent<{ file: string }>).detail.file);
      drawProblems();
    },
    { signal },
  );
  await turn();

  heading('ready');
  const terminals = await createTerminals(root, {
    history: runner.progress.history,
    nodes: state.view.nodes.map((node) => node.name),
    say,
    announce,
    run: async (line, write, columns, machine) => {
      setBusy(true);
      try {
        const outcome = await runner.run(line, write, columns, machine);
        if (outcome.kind === 'recovered') {
          showState(outcome.state.state);
          if (!outcome.state.last) showTrips([]);
          tell(say('lab.restarted'));
          return '$ ';
        }
        const { result } = outcome;
        if (result.files) {
          addFileTabs(
            fileTabs,
            result.files.map((file) => file.name),
          );
          editor.setFiles(runner.progress.files);
        }
        if (result.trips.length > 0) trips = result.trips;
        showState(result.state);
        if (result.trips.length > 0) showTrips(result.trips);
        return result.prompt ?? '$ ';
      } finally {
        setBusy(false);
      }
    },
    interrupt: () => client.interrupt(),
    complete: (line, cursor, machine) => client.complete(line, cursor, machine),
    onHistory: (lines) => runner.setHistory(lines),
  });
  terminals.show(replayed.transcript);
  await turn();

  defineHopTrip();
  const trip = document.createElement('hop-trip') as HopTrip;
  trip.say = say;
  trip.view = state.view;
  place(root, 'trip').replaceChildren(trip);
  const mapPlace = place(root, 'map');
  load.done();
  const map = await createMap(mapPlace, { say });
  root.toggleAttribute('data-open', true);

  const compose = createComposeView(
    root.querySelector<HTMLFormElement>('form.compose')!,
    definition.commands,
    (line) => {
      void terminals.submit(line);
    },
  );

  function drawProblems(): void {
    const goTo = ({ range }: Problem) => goToSource(range);
    showProblems(root, place(root, 'problems'), problems, openName(), say, goTo);
    editor.setProblems(
      problems.map(({ range, severity, message, hint }) => ({
        ...range,
        severity,
        message: hint ? `${say(hint)}\n\n${message}` : message,
      })),
    );
    const blocking = problems.find((problem) => problem.stage === 'yaml');
    for (const button of controls(root, 'run')) {
      button.setAttribute('aria-disabled', String(blocking !== undefined || terminals.busy));
      button.title = blocking
        ? say('lab.run-blocked', { file: blocking.range.file, line: blocking.range.line })
        : '';
    }
  }

  async function check(): Promise<void> {
    problems = await runner.check();
    drawProblems();
  }

  function drawGoals(goals: readonly GoalState[], isNews: boolean): void {
    const met = runner.progress.met;
    const shown = goals.map((goal) => (goal.done || !met.includes(goal.id) ? goal : { ...goal, done: true }));
    const fresh = showGoals(
      root,
      shown,
      { done: say('lab.goal-done'), notYet: say('lab.goal-not-yet') },
      (message) => say(message),
    );
    if (!isNews || fresh.length === 0) return;
    const names = fresh.map(
      (id) => root.querySelector(`[data-goal="${CSS.escape(id)}"] > p`)?.textContent ?? '',
    );
    announce(`${say('lab.goal-done')} ${names.join('. ')}`);
    if (shown.every((goal) => goal.done)) celebrate();
  }

  function celebrate(): void {
    const template = root.querySelector<HTMLTemplateElement>('template[data-template="all-done"]');
    if (template) toast.replaceChildren(template.content.cloneNode(true));
    toast.hidden = false;
    root.dispatchEvent(new CustomEvent('hop-lab-done', { bubbles: true, detail: { lab: definition.name } }));
  }

  function drawMap(): void {
    map.update({ view: state.view, trips, ...(standing ? { place: standing } : {}) });
  }

  function showState(next: LabState, isNews = true): void {
    state = next;
    ({ problems } = next);
    trip.view = next.view;
    compose.update(next.view);
    drawProblems();
    drawGoals(next.goals, isNews);
    drawMap();
  }

  function showTrips(next: readonly Trip[]): void {
    trips = next;
    standing = undefined;
    if (next.length === 0) showNow(undefined);
    trip.trips = next;
    drawMap();
  }

  function showNow(detail: StepDetail | undefined): void {
    const now = place(root, 'now');
    now.closest('.now')?.classList.toggle('is-on', detail !== undefined);
    for (const button of [...controls(root, 'step-previous'), ...controls(root, 'step-next')]) {
      button.setAttribute('aria-disabled', String(detail === undefined));
    }
    if (!detail) {
      now.textContent = say('lab.now-idle');
      editor.light(undefined);
      return;
    }
    const where = document.createElement('b');
    where.textContent = unmarked(say(detail.where));
    const what = document.createElement('span');
    what.className = 'dim';
    what.textContent = unmarked(say(detail.what));
    now.replaceChildren(where, document.createElement('br'), what);
    editor.light(
      detail.source && {
        file: detail.source.file,
        line: detail.source.line,
        note: noteOf(detail),
      },
    );
  }

  function noteOf({ exchange, packet, hop, step }: Place): string {
    const found = trips.flatMap(withCausedTrips).find((each) => each.exchange.id === exchange);
    const at = found?.exchange.packets[packet]?.trace.hops[hop]?.steps[step];
    return at ? say('lab.lit', { hop: hop + 1, what: say(stepName(at)) }) : '';
  }

  function goToSource({ file, line, column }: SourceRange): void {
    const tab = [...fileTabs.querySelectorAll<HTMLElement>('[data-file]')].find(
      (each) => each.dataset.file === file,
    );
    if (tab) selectTab(fileTabs, tab);
    root.querySelector<HTMLElement>('.dock nav [data-pane="yaml"]')?.click();
    editor.goTo(file, line, column);
    drawProblems();
  }

  function setBusy(busy: boolean): void {
    for (const button of controls(root, 'run')) {
      button.setAttribute('aria-disabled', String(busy));
      const label = button.querySelector('[data-label]');
      if (label) label.textContent = busy ? say('lab.running') : say('lab.run');
    }
  }

  async function run(): Promise<void> {
    clearTimeout(timer);
    await check();
    const blocking = problems.find((problem) => problem.stage === 'yaml');
    if (blocking) {
      announce(say('lab.run-blocked', { file: blocking.range.file, line: blocking.range.line }));
      goToSource(blocking.range);
      return;
    }
    hideToast(toast);
    await terminals.submit(applyLine(runner.progress.files.map((file) => file.name)));
  }

  async function goBackTo(
    progress: Parameters<typeof runner.restore>[0],
    words: string,
    undo: boolean,
  ): Promise<void> {
    const before = runner.progress;
    const again = await runner.restore(progress);
    editor.setFiles(runner.progress.files);
    terminals.reset();
    terminals.show(again.transcript);
    for (const goal of root.querySelectorAll('.goal')) goal.classList.remove('is-done');
    showTrips([]);
    showState(again.state, false);
    drawGoals(again.goals, false);
    if (again.last && again.last.trips.length > 0) showTrips(again.last.trips);
    await check();
    tell(
      words,
      undo
        ? { label: say('lab.undo'), go: () => void goBackTo(before, say('lab.undone'), false) }
        : undefined,
    );
  }

  function askToStartOver(): void {
    const dialog = place(root, 'confirm') as HTMLDialogElement;
    dialog.returnValue = '';
    dialog.showModal();
    dialog.addEventListener(
      'close',
      () => {
        if (dialog.returnValue === 'yes') void goBackTo(undefined, say('lab.started-over'), true);
      },
      { once: true },
    );
  }

  function toggleFullScreen(): void {
    if (document.fullscreenElement === root) void document.exitFullscreen();
    else if (root.requestFullscreen)
      void root.requestFullscreen().catch(() => root.classList.toggle('is-full'));
    else root.classList.toggle('is-full');
  }
  document.addEventListener(
    'fullscreenchange',
    () => {
      const full = document.fullscreenElement === root;
      for (const button of controls(root, 'full-screen')) {
        button.setAttribute('aria-pressed', String(full));
        button.setAttribute('aria-label', say(full ? 'lab.full-screen-leave' : 'lab.full-screen'));
      }
    },
    { signal },
  );

  root.addEventListener(
    'click',
    (event) => {
      const target = (event.target as Element).closest<HTMLElement>('[data-do], [data-layer]');
      const layer = target?.dataset.layer;
      if (layer === 'kubernetes' || layer === 'network') {
        map.setLayer(layer);
        for (const each of root.querySelectorAll('[data-layer]'))
          each.setAttribute('aria-pressed', String(each === target));
        return;
      }
      switch (target?.dataset.do) {
        case 'run':
          if (!terminals.busy) void run();
          break;
        case 'start-over':
          askToStartOver();
          break;
        case 'full-screen':
          toggleFullScreen();
          break;
        case 'step-previous':
          trip.previous();
          break;
        case 'step-next':
          trip.next();
          break;
      }
    },
    { signal },
  );
  root.addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
        event.preventDefault();
        if (!terminals.busy) void run();
      }
    },
    { signal },
  );
  root.addEventListener(
    'hop:step',
    (event) => {
      const { detail } = event as CustomEvent<StepDetail>;
      const { exchange, packet, hop, step } = detail;
      standing = { exchange, packet, hop, step };
      showNow(detail);
      drawMap();
      void runner.visit(exchange, packet, hop, step).then((goals) => drawGoals(goals, true));
    },
    { signal },
  );
  root.addEventListener(
    'hop:source',
    (event) => goToSource((event as CustomEvent<{ source: SourceRange }>).detail.source),
    { signal },
  );

  showState(state, false);
  drawGoals(replayed.goals, false);
  if (trips.length > 0) showTrips(trips);
  if (kept === 'damaged') tell(say('lab.progress-damaged'));
  announce(say('lab.ready'));
  void check();

  return {
    run,
    askToStartOver,
    toggleFullScreen,
    dispose() {
      clearTimeout(timer);
      listeners.abort();
      compose.dispose();
      map.dispose();
      terminals.dispose();
      editor.dispose();
      client.dispose();
      warmed.delete(root);
    },
  };
}

function withCausedTrips(trip: Trip): readonly Trip[] {
  return [trip, ...trip.caused.flatMap(withCausedTrips)];
}

/** A tab for each file that has none yet. */
function addFileTabs(tabs: HTMLElement, names: readonly string[]): void {
  const first = tabs.querySelector<HTMLElement>('[role="tab"]');
  for (const name of names) {
    if (
      !first ||
      [...tabs.querySelectorAll<HTMLElement>('[data-file]')].some((tab) => tab.dataset.file === name)
    )
      continue;
    const tab = first.cloneNode(true) as HTMLElement;
    tab.dataset.file = name;
    tab.setAttribute('aria-selected', 'false');
    tab.tabIndex = -1;
    tab.firstChild!.textContent = name;
    tabs.append(tab);
  }
}

/** The words of a message without its marks for code and stamps. */
function unmarked(text: string): string {
  return text.replaceAll('`', '').replace(/\[\[(.*?)\]\]/g, '$1');
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
