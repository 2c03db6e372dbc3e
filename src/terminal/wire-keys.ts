import type { Terminal as Xterm } from '@xterm/xterm';

export interface KeyRules {
  /** There is nothing that Tab could complete. */
  canTabLeave(): boolean;
  isSearching(): boolean;
  /** Esc was pressed: Tab leaves now. */
  tabLeaves(): void;
}

/**
 * The keys that are the browser's or the page's, and not the terminal's. Tab completes, but is no trap: Shift+Tab always
 * leaves, and so does Tab after Esc, on an empty line, or while a command runs.
 */
export function wireKeys(xterm: Xterm, rules: KeyRules): void {
  let afterEscape = false;
  xterm.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true;
    const { key } = event;
    const withControl = event.ctrlKey || event.metaKey;
    if (key === 'Tab') {
      const leaves = event.shiftKey || afterEscape || rules.canTabLeave();
      afterEscape = false;
      if (!leaves) event.preventDefault();
      return !leaves;
    }
    if (key === 'Escape' && !rules.isSearching()) {
      afterEscape = true;
      rules.tabLeaves();
      return false;
    }
    if (key !== 'Shift') afterEscape = false;
    // The browser copies what is selected; a second Ctrl-C interrupts.
    if (withControl && key.toLowerCase() === 'c' && xterm.hasSelection()) {
      setTimeout(() => xterm.clearSelection());
      return false;
    }
    // The browser pastes.
    if (withControl && key.toLowerCase() === 'v') return false;
    // Ctrl+Enter runs the lab, not the line.
    return !(key === 'Enter' && withControl);
  });
}
