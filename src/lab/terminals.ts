import {
  type CompletionOptions,
  createTerminal,
  type Terminal,
  type TerminalIo,
  type TerminalLink,
} from '../terminal/index.ts';
import type { TerminalName } from './protocol.ts';
import type { Replayed } from './session-log.ts';
import { firstPrompt, isExtra, machineOf, nextTerminal, OWN } from './terminal-name.ts';
import { controls, place } from './view/find.ts';
import { selectTab, wireTabs } from './view/tabs.ts';
import { addTerminalTab, findTerminalTab, markBusy } from './view/terminal-tabs.ts';
import type { LabSay } from './words.ts';

export interface TerminalsOptions {
  readonly history: readonly string[];
  /** The nodes that have a terminal of their own, besides the learner's. */
  readonly nodes: readonly string[];
  readonly say: LabSay;
  announce(text: string): void;
  /** Answers the next prompt. */
  run(line: string, io: TerminalIo, terminal: TerminalName): Promise<string>;
  isIncomplete(line: string): Promise<boolean>;
  interrupt(terminal: TerminalName): void;
  complete(line: string, cursor: number, terminal: TerminalName): Promise<CompletionOptions>;
  links(text: string): readonly TerminalLink[];
  onHistory(history: readonly string[]): void;
  onClose(terminal: TerminalName): void;
}

/** The terminals of a lab, one a tab: the learner's own, as many more as are opened, and every node's. */
export interface Terminals {
  /** Runs a line on the learner's own computer: where one looks, or in the first terminal there that is free. */
  submit(line: string): Promise<void>;
  /** Puts a text at the prompt that one looks at. */
  type(text: string): void;
  /** Puts on the screens what commands printed earlier. */
  show(transcript: Replayed['transcript']): void;
  /** Says something on every screen, in the lab's own voice. */
  tell(text: string): void;
  reset(): void;
  focus(): void;
  dispose(): void;
}

interface Screen {
  readonly box: HTMLElement;
  readonly terminal: Terminal;
}

export async function createTerminals(root: HTMLElement, options: TerminalsOptions): Promise<Terminals> {
  const { say } = options;
  const screen = place(root, 'terminal');
  const tabs = root.querySelector<HTMLElement>('[data-tabs="terminals"]')!;
  const open = new Map<TerminalName, Screen>();
  /** What was printed in terminals that nobody has looked at yet, and the prompt after it. */
  const unseen = new Map<TerminalName, { text: string; prompt: string }>();
  const listeners = new AbortController();
  let chosen: TerminalName = OWN;
  let { history } = options;

  const nameOf = (terminal: TerminalName) => {
    if (terminal === OWN) return say('lab.terminal-own');
    if (isExtra(terminal)) return say('lab.terminal-extra', { number: Number(terminal.slice(1)) });
    return terminal;
  };
  const addTab = (terminal: TerminalName) =>
    addTerminalTab(
      tabs,
      terminal,
      nameOf(terminal),
      isExtra(terminal) ? say('lab.terminal-closable') : undefined,
    );
  for (const node of options.nodes) addTab(node);
  wireTabs(tabs, (tab) => void choose(tab.dataset.terminal ?? OWN), listeners.signal);
  tabs.addEventListener(
    'click',
    (event) => {
      const closing = (event.target as Element)
        .closest('.tabs__close')
        ?.closest<HTMLElement>('[data-terminal]');
      if (!closing) return;
      event.stopImmediatePropagation();
      void close(closing.dataset.terminal!);
    },
    { signal: listeners.signal, capture: true },
  );
  tabs.addEventListener(
    'keydown',
    (event) => {
      const { terminal } = (event.target as HTMLElement).dataset;
      if ((event.key !== 'Delete' && event.key !== 'Backspace') || !terminal || !isExtra(terminal)) return;
      event.preventDefault();
      void close(terminal).then(() => findTerminalTab(tabs, chosen)?.focus());
    },
    { signal: listeners.signal },
  );
  for (const button of controls(root, 'new-terminal')) {
    button.addEventListener('click', () => void openAnother(), { signal: listeners.signal });
  }

  async function openAnother(): Promise<void> {
    const terminal = nextTerminal([...open.keys(), ...unseen.keys()]);
    selectTab(tabs, addTab(terminal));
    await choose(terminal);
    open.get(terminal)?.terminal.focus();
  }

  async function ensure(terminal: TerminalName): Promise<Screen> {
    const found = open.get(terminal);
    if (found) return found;
    const box = document.createElement('div');
    box.className = 'screen__machine';
    screen.append(box);
    const earlier = unseen.get(terminal);
    unseen.delete(terminal);
    const created = await createTerminal(box, {
      label: say('lab.terminal-label', { machine: nameOf(terminal) }),
      words: {
        tabLeaves: say('lab.terminal-tab-leaves'),
        follow: say('lab.terminal-follow'),
        more: (count) => say('lab.terminal-more', { count }),
      },
      prompt: earlier?.prompt ?? firstPrompt(terminal),
      history,
      run: (line, io) => run(line, io, terminal),
      isIncomplete: options.isIncomplete,
      interrupt: () => options.interrupt(terminal),
      complete: (line, cursor) => options.complete(line, cursor, terminal),
      links: options.links,
      announce: options.announce,
      onHistory(lines) {
        history = lines;
        for (const [name, each] of open) if (name !== terminal) each.terminal.remember(lines);
        options.onHistory(lines);
      },
    });
    const entry = { box, terminal: created };
    open.set(terminal, entry);
    if (earlier) created.print(earlier.text);
    return entry;
  }

  async function run(line: string, io: TerminalIo, terminal: TerminalName): Promise<string> {
    // As Ctrl-D and `exit` close the window of a shell.
    if (line.trim() === 'exit' && isExtra(terminal) && isAtHome(terminal)) {
      queueMicrotask(() => void close(terminal).then(() => open.get(chosen)?.terminal.focus()));
      return firstPrompt(terminal);
    }
    markBusy(tabs, terminal, say('lab.terminal-busy'));
    try {
      return await options.run(line, io, terminal);
    } catch (error) {
      io.write(
        `\n${dim(say('lab.failed-text', { reason: error instanceof Error ? error.message : String(error) }))}\n`,
      );
      return firstPrompt(terminal);
    } finally {
      markBusy(tabs, terminal, undefined);
    }
  }

  async function choose(terminal: TerminalName): Promise<void> {
    chosen = terminal;
    showOnlyChosen();
    const { terminal: shown } = await ensure(terminal);
    showOnlyChosen();
    if (chosen !== terminal) return;
    screen.setAttribute('aria-label', nameOf(terminal));
    shown.refit();
  }

  /** At once: what is typed after a tab was chosen must not reach the terminal that was there before. */
  function showOnlyChosen(): void {
    for (const [name, { box }] of open) box.hidden = name !== chosen;
  }

  async function close(terminal: TerminalName): Promise<void> {
    const gone = open.get(terminal);
    const tab = findTerminalTab(tabs, terminal);
    const before = tab?.previousElementSibling as HTMLElement | null;
    tab?.remove();
    gone?.terminal.dispose();
    gone?.box.remove();
    open.delete(terminal);
    unseen.delete(terminal);
    options.onClose(terminal);
    options.announce(say('lab.terminal-closed', { name: nameOf(terminal) }));
    if (chosen !== terminal) return;
    const next = before ?? findTerminalTab(tabs, OWN)!;
    selectTab(tabs, next);
    await choose(next.dataset.terminal ?? OWN);
  }

  /** The prompt is the learner's own computer's: no shell in a pod or on a node stands on top. */
  function isAtHome(terminal: TerminalName): boolean {
    return machineOf(terminal) === '' && open.get(terminal)?.terminal.prompt === firstPrompt(OWN);
  }

  async function freeTerminal(): Promise<TerminalName> {
    const isFree = (terminal: TerminalName) => isAtHome(terminal) && !open.get(terminal)?.terminal.busy;
    const found = [chosen, ...open.keys()].find(isFree);
    if (found !== undefined) return found;
    const terminal = nextTerminal([...open.keys(), ...unseen.keys()]);
    addTab(terminal);
    await ensure(terminal);
    return terminal;
  }

  screen.querySelector('.screen__hint')?.remove();
  await choose(OWN);

  return {
    async submit(line) {
      const terminal = await freeTerminal();
      if (terminal !== chosen) {
        selectTab(tabs, findTerminalTab(tabs, terminal)!);
        await choose(terminal);
      }
      await open.get(terminal)?.terminal.submit(line);
    },
    type: (text) => open.get(chosen)?.terminal.type(text),
    show(transcript) {
      for (const { terminal, line, output, prompt } of transcript) {
        const before = unseen.get(terminal) ?? { text: '', prompt: firstPrompt(terminal) };
        const gap = output === '' || output.endsWith('\n') ? '' : '\n';
        const text = `${dim(before.prompt)}\x1b[1;37m${line}\x1b[0m\n${output}${gap}`;
        unseen.set(terminal, { text: before.text + text, prompt });
        if (!findTerminalTab(tabs, terminal)) addTab(terminal);
      }
      for (const [name, { terminal }] of open) {
        const earlier = unseen.get(name);
        if (!earlier) continue;
        unseen.delete(name);
        terminal.reset(earlier.prompt);
        terminal.print(earlier.text);
      }
    },
    tell(text) {
      for (const { terminal } of open.values()) terminal.print(`${dim(text)}\n`);
    },
    focus: () => open.get(chosen)?.terminal.focus(),
    reset() {
      unseen.clear();
      for (const name of [...open.keys()].filter(isExtra)) void close(name);
      for (const [name, { terminal }] of open) terminal.reset(firstPrompt(name));
    },
    dispose() {
      listeners.abort();
      for (const { box, terminal } of open.values()) {
        terminal.dispose();
        box.remove();
      }
    },
  };
}

function dim(text: string): string {
  return `\x1b[90m${text}\x1b[0m`;
}
