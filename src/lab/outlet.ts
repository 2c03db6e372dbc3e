/** So much may be on its way to the screen at once; the rest waits here, where Ctrl-C can still take it back. */
const WINDOW = 32 * 1024;
/** One message carries at most this. */
const PIECE = 8 * 1024;

/** What a line prints, on its way to a screen that may be slower. */
export interface Outlet {
  write(text: string): void;
  /** The screen has shown so many characters more. */
  shown(length: number): void;
  /** Resolves when all that was written has been sent. */
  drained(): Promise<void>;
  /** Takes back what the screen has no room for yet: Ctrl-C stops what is printed, too. */
  discard(): void;
}

/** Gathers what is written and hands it on in pieces, never more than the screen can take. `later` is the next turn. */
export function createOutlet(send: (text: string) => void, later: (go: () => void) => void): Outlet {
  let waiting = '';
  let under = 0;
  let isPlanned = false;
  const wake: (() => void)[] = [];

  function pump(): void {
    isPlanned = false;
    while (waiting !== '' && under < WINDOW) {
      const piece = waiting.slice(0, pieceLength(waiting));
      waiting = waiting.slice(piece.length);
      under += piece.length;
      send(piece);
    }
    if (waiting === '') for (const go of wake.splice(0)) go();
  }
  const emptied = () => new Promise<void>((resolve) => void wake.push(resolve));

  return {
    write(text) {
      waiting += text;
      if (waiting.length >= PIECE) pump();
      else if (!isPlanned) {
        isPlanned = true;
        later(pump);
      }
    },
    shown(length) {
      under -= length;
      pump();
    },
    async drained() {
      pump();
      if (waiting !== '') await emptied();
    },
    discard() {
      pump();
      waiting = '';
      pump();
    },
  };
}

/** A piece does not end between the halves of one character. */
function pieceLength(text: string): number {
  const last = text.charCodeAt(PIECE - 1);
  return last >= 0xd800 && last <= 0xdbff ? PIECE - 1 : PIECE;
}
