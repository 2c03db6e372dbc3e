import type { YamlEditor } from '../editor/index.ts';
import type { ClusterMap, Layer, Place } from '../graph/index.ts';
import { applyLine } from './apply-line.ts';
import type { LabProgress } from './progress.ts';
import type {
  CommandResult,
  GoalState,
  LabFile,
  LabState,
  Problem,
  SourceRange,
  TerminalName,
  Trip,
} from './protocol.ts';
import type { LabRunner, RunOutcome } from './runner.ts';
import type { Replayed } from './session-log.ts';
import { stepName } from './step-name.ts';
import { firstPrompt } from './terminal-name.ts';
import type { Terminals } from './terminals.ts';
import type { HopTrip, StepDetail } from './trip/index.ts';
import type { ComposeView } from './view/compose-view.ts';
import type { EditView } from './view/edit-view.ts';
import { controls, place } from './view/find.ts';
import { showGoals } from './view/goals-view.ts';
import { showNow, unmarked } from './view/now-view.ts';
import { showProblems } from './view/problems-view.ts';
import { addFileTabs, selectTab } from './view/tabs.ts';
import { hideToast, showToast } from './view/toast.ts';
import type { LabSay } from './words.ts';

/** The parts of an open lab. They arrive one after the other; whatever happens in between finds those that are there. */
export interface LabPieces {
  editor?: YamlEditor;
  terminals?: Terminals;
  trip?: HopTrip;
  map?: ClusterMap;
  compose?: ComposeView;
  edit?: EditView;
}

export interface LabPageOptions {
  readonly root: HTMLElement;
  readonly name: string;
  readonly say: LabSay;
  readonly runner: LabRunner;
  readonly state: LabState;
}

/** How long the learner may pause in typing before the text is checked, and before what is wrong is put into words. */
const CHECK_AFTER_MS = 120;
const WORD_AFTER_MS = 900;

/** What an open lab shows, and what its controls do. */
export function createLabPage({ root, name, say, runner, state: first }: LabPageOptions) {
  const pieces: LabPieces = {};
  const toast = place(root, 'toast');
  const fileTabs = root.querySelector<HTMLElement>('[data-tabs="files"]')!;
  let state = first;
  let problems: readonly Problem[] = first.problems;
  let trips: readonly Trip[] = [];
  let standing: Place | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let recovery: Replayed | undefined;
  /** The terminal whose `kubectl edit` was last. */
  let editing: TerminalName | undefined;
  /** Run was pressed, and what it started has not ended. */
  let isRunning = false;
  let wording: ReturnType<typeof setTimeout> | undefined;

  const openFile = () => fileTabs.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset.file ?? '';
  const announce = (text: string) => {
    place(root, 'said').textContent = text;
  };
  const tell = (text: string, action?: { readonly label: string; go(): void }) =>
    showToast(toast, text, action, say('lab.dismiss'));

  function drawRun(): void {
    for (const button of controls(root, 'run')) {
      button.setAttribute('aria-disabled', String(isRunning));
      const label = button.querySelector('[data-label]');
      if (label) label.textContent = say(isRunning ? 'lab.running' : 'lab.run');
    }
  }

  function wordProblems(): void {
    const notes = genericImages(state.view).map((image) =>
      say({ id: 'kubelet.generic-image', values: { image } }),
    );
    showProblems(root, place(root, 'problems'), problems, notes, openFile(), say, ({ range }) =>
      goToSource(range),
    );
  }

  /** While one types, half a word is no news: it is underlined at once, but put into words only after a pause. */
  function drawProblems(isTyping = false): void {
    clearTimeout(wording);
    if (isTyping && problems.length > 0) wording = setTimeout(wordProblems, WORD_AFTER_MS);
    else wordProblems();
    pieces.editor?.setProblems(
      problems.map(({ range, severity, message, hint }) => ({
        ...range,
        severity,
        message: hint ? `${say(hint)}\n\n${message}` : message,
      })),
    );
  }

  async function check(isTyping = false): Promise<void> {
    clearTimeout(timer);
    problems = await runner.check();
    drawProblems(isTyping);
  }

  function drawGoals(goals: readonly GoalState[], isNews: boolean): void {
    const { met } = runner.progress;
    const shown = goals.map((goal) => (met.includes(goal.id) ? { ...goal, done: true } : goal));
    const words = { done: say('lab.goal-done'), notYet: say('lab.goal-not-yet') };
    const fresh = showGoals(root, shown, words, (message) => say(message));
    if (!isNews || fresh.length === 0) return;
    announce(`${say('lab.goal-done')} ${fresh.join('. ')}`);
    if (shown.every((goal) => goal.done)) celebrate();
  }

  function celebrate(): void {
    const template = root.querySelector<HTMLTemplateElement>('template[data-template="all-done"]');
    if (template) toast.replaceChildren(template.content.cloneNode(true));
    toast.hidden = false;
    root.dispatchEvent(new CustomEvent('hop-lab-done', { bubbles: true, detail: { lab: name } }));
  }

  function drawMap(): void {
    pieces.map?.update({ view: state.view, trips, ...(standing ? { place: standing } : {}) });
  }

  function showState(next: LabState, isNews = true): void {
    state = next;
    ({ problems } = next);
    if (pieces.trip) pieces.trip.view = next.view;
    pieces.compose?.update(next.view);
    drawProblems();
    drawGoals(next.goals, isNews);
    drawMap();
  }

  function showTrips(next: readonly Trip[]): void {
    trips = next;
    standing = undefined;
    if (next.length === 0) drawPlace(undefined);
    if (pieces.trip) pieces.trip.trips = next;
    drawMap();
  }

  function drawPlace(detail: StepDetail | undefined): void {
    showNow(
      root,
      detail && { where: unmarked(say(detail.where)), what: unmarked(say(detail.what)) },
      say('lab.now-idle'),
    );
    pieces.editor?.light(
      detail?.source && { file: detail.source.file, line: detail.source.line, note: noteOf(detail) },
    );
  }

  function noteOf({ exchange, packet, hop, step }: Place): string {
    const found = trips.flatMap(withCaused).find((each) => each.exchange.id === exchange);
    const at = found?.exchange.packets[packet]?.trace.hops[hop]?.steps[step];
    return at ? say('lab.lit', { hop: hop + 1, what: say(stepName(at)) }) : '';
  }

  function goToSource({ file, line, column }: SourceRange): void {
    const tab = [...fileTabs.querySelectorAll<HTMLElement>('[data-file]')].find(
      (each) => each.dataset.file === file,
    );
    if (tab) selectTab(fileTabs, tab);
    showPane('yaml');
    pieces.editor?.goTo(file, line, column);
    drawProblems();
  }

  /** On a phone, where one pane shows at a time. */
  function showPane(pane: 'yaml' | 'shell'): void {
    root.querySelector<HTMLElement>(`.dock nav [data-pane="${pane}"]`)?.click();
  }

  /** The simulator has died, and a new one has done again all that was done. */
  function recovered(again: Replayed): void {
    // Every line that ran tells of it; once is enough.
    if (again === recovery) return;
    recovery = again;
    pieces.edit?.giveUp();
    showState(again.state);
    showTrips(again.trips);
    pieces.terminals?.tell(say('lab.restarted'));
    tell(say('lab.restarted'));
    announce(say('lab.restarted'));
  }

  function showResult(result: CommandResult): void {
    if (result.files) {
      addFileTabs(
        fileTabs,
        result.files.map((file) => file.name),
      );
      pieces.editor?.setFiles(runner.progress.files);
    }
    if (result.trips.length > 0) trips = result.trips;
    showState(result.state);
    if (result.trips.length > 0) showTrips(result.trips);
  }

  async function goBackTo(progress: LabProgress | undefined, words: string, canUndo: boolean): Promise<void> {
    const before = runner.progress;
    const again = await runner.restore(progress);
    pieces.editor?.setFiles(runner.progress.files);
    pieces.edit?.giveUp();
    pieces.terminals?.reset();
    pieces.terminals?.show(again.transcript);
    for (const goal of root.querySelectorAll('.goal')) goal.classList.remove('is-done');
    showTrips([]);
    showState(again.state, false);
    drawGoals(again.goals, false);
    if (again.trips.length > 0) showTrips(again.trips);
    await check();
    const undo = { label: say('lab.undo'), go: () => void goBackTo(before, say('lab.undone'), false) };
    tell(words, canUndo ? undo : undefined);
  }

  return {
    pieces,
    say,
    runner,
    announce,
    tell,
    check,
    drawProblems,
    drawGoals,
    showState,
    showTrips,
    drawPlace,
    goToSource,
    /** Shows what a command did. Answers the next prompt. */
    commandDone(outcome: RunOutcome, terminal: TerminalName): string {
      if (outcome.kind === 'done') {
        showResult(outcome.result);
        return outcome.result.prompt ?? '$ ';
      }
      recovered(outcome.state);
      return (
        outcome.state.transcript.findLast((each) => each.terminal === terminal)?.prompt ??
        firstPrompt(terminal)
      );
    },
    recovered,
    /** Ctrl-C: in the editor, too, when that is what the line waits for. */
    interrupt(terminal: TerminalName): void {
      if (editing === terminal) pieces.edit?.giveUp();
      runner.interrupt(terminal);
    },
    /** `kubectl edit` waits for the learner, who finds its text in the editor; undefined: given up. */
    async edit(terminal: TerminalName, file: string, text: string): Promise<string | undefined> {
      editing = terminal;
      showPane('yaml');
      announce(say('lab.edit-waits', { file }));
      const answer = await pieces.edit?.open(file, text);
      showPane('shell');
      place(root, 'terminal').scrollIntoView({ block: 'nearest' });
      pieces.terminals?.focus();
      return answer;
    },
    filesChanged(files: readonly LabFile[]): void {
      runner.edit(files);
      clearTimeout(timer);
      timer = setTimeout(() => void check(true), CHECK_AFTER_MS);
    },
    stepTaken(detail: StepDetail): void {
      const { exchange, packet, hop, step } = detail;
      standing = { exchange, packet, hop, step };
      drawPlace(detail);
      drawMap();
      void runner.visit(exchange, packet, hop, step).then((goals) => drawGoals(goals, true));
    },
    /** Applies the files as they are, whatever is wrong with them: kubectl has its own words for that. */
    async run(): Promise<void> {
      const { terminals } = pieces;
      if (pieces.edit?.save()) return;
      if (!terminals || isRunning) return;
      hideToast(toast);
      isRunning = true;
      drawRun();
      try {
        await terminals.submit(applyLine(runner.progress.files.map((file) => file.name)));
      } finally {
        isRunning = false;
        drawRun();
      }
      await check();
    },
    askToStartOver(): void {
      const dialog = place(root, 'confirm') as HTMLDialogElement;
      dialog.returnValue = '';
      dialog.showModal();
      const closed = () => {
        if (dialog.returnValue === 'yes') void goBackTo(undefined, say('lab.started-over'), true);
      };
      dialog.addEventListener('close', closed, { once: true });
    },
    setLayer(layer: Layer): void {
      pieces.map?.setLayer(layer);
      for (const each of root.querySelectorAll<HTMLElement>('[data-layer]')) {
        each.setAttribute('aria-pressed', String(each.dataset.layer === layer));
      }
    },
    dispose(): void {
      clearTimeout(timer);
      clearTimeout(wording);
      pieces.edit?.giveUp();
      pieces.compose?.dispose();
      pieces.map?.dispose();
      pieces.terminals?.dispose();
      pieces.editor?.dispose();
    },
  };
}

export type LabPage = ReturnType<typeof createLabPage>;

/** The images of pods that the simulation only stands in for. */
function genericImages({ pods }: LabState['view']): readonly string[] {
  return [...new Set(pods.flatMap((pod) => pod.genericImages ?? []))];
}

function withCaused(trip: Trip): readonly Trip[] {
  return [trip, ...trip.caused.flatMap(withCaused)];
}
