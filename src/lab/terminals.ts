import { type CompletionOptions, createTerminal, type Terminal } from '../terminal/index.ts';
import type { Replayed } from './session-log.ts';
import { place } from './view/find.ts';
import { wireTabs } from './view/tabs.ts';
import type { LabSay } from './words.ts';

export interface TerminalsOptions {
  readonly history: readonly string[];
  /** The nodes that have a terminal of their own, besides the learner's. */
  readonly nodes: readonly string[];
  readonly say: LabSay;
  announce(text: string): void;
  /** Answers the next prompt. */
  run(line: string, write: (text: string) => void, columns: number, machine: string): Promise<string>;
  /** A command has ended. */
  idle(): void;
  isIncomplete(line: string): Promise<boolean>;
  interrupt(): void;
  complete(line: string, cursor: number, machine: string): Promise<CompletionOptions>;
  onHistory(history: readonly string[]): void;
}

/** The terminals of a lab, one a tab: the learner's own machine ('') and every node. A node's opens when it is chosen. */
export interface Terminals {
  /** Whether any of them runs a command. */
  readonly busy: boolean;
  /** Types a line on the learner's own machine. */
  submit(line: string): Promise<void>;
  /** Puts on the screens what commands printed earlier. */
  show(transcript: Replayed['transcript']): void;
  reset(): void;
  focus(): void;
  dispose(): void;
}

const OWN = '';

export async function createTerminals(root: HTMLElement, options: TerminalsOptions): Promise<Terminals> {
  const { say } = options;
  const screen = place(root, 'terminal');
  const tabs = root.querySelector<HTMLElement>('[data-tabs="machines"]')!;
  const open = new Map<string, { readonly box: HTMLElement; readonly terminal: Terminal }>();
  const prompts = new Map<string, string>();
  let { history } = options;
  let running = false;

  for (const node of options.nodes) {
    const tab = tabs.querySelector<HTMLElement>('[data-machine=""]')!.cloneNode(true) as HTMLElement;
    tab.dataset.machine = node;
    tab.textContent = node;
    tab.setAttribute('aria-selected', 'false');
    tab.tabIndex = -1;
    tabs.append(tab);
  }
  wireTabs(tabs, (tab) => void choose(tab.dataset.machine ?? OWN));

  async function ensure(machine: string) {
    const found = open.get(machine);
    if (found) return found;
    const box = document.createElement('div');
    box.className = 'screen__machine';
    screen.append(box);
    const name = machine === OWN ? say('lab.terminal-own') : machine;
    const terminal = await createTerminal(box, {
      label: say('lab.terminal-label', { machine: name }),
      tabLeaves: say('lab.terminal-tab-leaves'),
      prompt: prompts.get(machine) ?? (machine === OWN ? '$ ' : `root@${machine}:~# `),
      history,
      async run(line, write, columns) {
        running = true;
        try {
          return await options.run(line, write, columns, machine);
        } finally {
          running = false;
          options.idle();
        }
      },
      isIncomplete: options.isIncomplete,
      interrupt: options.interrupt,
      complete: (line, cursor) => options.complete(line, cursor, machine),
      announce: options.announce,
      onHistory(lines) {
        history = lines;
        options.onHistory(lines);
      },
    });
    const entry = { box, terminal };
    open.set(machine, entry);
    return entry;
  }

  async function choose(machine: string): Promise<void> {
    const chosen = await ensure(machine);
    for (const { box } of open.values()) box.hidden = box !== chosen.box;
    chosen.terminal.refit();
  }

  screen.querySelector('.screen__hint')?.remove();
  await choose(OWN);

  return {
    get busy() {
      return running;
    },
    async submit(line) {
      const tab = tabs.querySelector<HTMLElement>('[data-machine=""]');
      if (tab?.getAttribute('aria-selected') !== 'true') tab?.click();
      const { terminal } = await ensure(OWN);
      await terminal.submit(line);
    },
    show(transcript) {
      for (const { machine, line, output, prompt } of transcript) {
        const before = prompts.get(machine) ?? (machine === OWN ? '$ ' : `root@${machine}:~# `);
        prompts.set(machine, prompt);
        const text = `\x1b[90m${before}\x1b[0m\x1b[1;37m${line}\x1b[0m\n${output}`;
        if (machine === OWN) open.get(OWN)?.terminal.print(text);
      }
    },
    focus: () => open.get(OWN)?.terminal.focus(),
    reset() {
      prompts.clear();
      for (const { terminal } of open.values()) terminal.reset('$ ');
    },
    dispose() {
      for (const { box, terminal } of open.values()) {
        terminal.dispose();
        box.remove();
      }
    },
  };
}
