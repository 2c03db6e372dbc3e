import type { PodView } from '../engine/index.ts';
import type { Board } from './board.ts';
import { type Cast, keyOf, stateOf } from './cast.ts';
import type { Rect } from './geometry.ts';
import { ellipsis } from './short-names.ts';

const SLOT = 132;
const HEIGHT = 58;

/**
 * What stands below the nodes in every layout: a row of pods that no node has taken, and a word on the nodes that are
 * not drawn. Answers where it ends; that is `y` itself when there is nothing to say.
 */
export function drawMargins(
  board: Board,
  cast: Cast,
  names: ReadonlyMap<string, string>,
  { x, y, width }: Pick<Rect, 'x' | 'y' | 'width'>,
): number {
  let end = y;
  if (cast.folded.nodes > 0) {
    const { nodes, pods } = cast.folded;
    const message = { id: 'graph.folded', values: { nodes, pods } };
    board.label('folded', { x: x + width - 4, y: end + 22 }, message, 'note', 'end');
    end += 34;
  }
  if (cast.unscheduled.length > 0) {
    drawWaiting(board, cast.unscheduled, names, { x, y: end + 12, width, height: HEIGHT });
    end += HEIGHT + 16;
  }
  return end;
}

function drawWaiting(
  board: Board,
  pods: readonly PodView[],
  names: ReadonlyMap<string, string>,
  rect: Rect,
): void {
  const small = rect.width < 560;
  const start = small ? 96 : 190;
  const room = Math.max(1, Math.floor((rect.width - start) / SLOT));
  const shown = pods.length <= room ? pods : pods.slice(0, room - 1);
  const middle = rect.y + rect.height / 2;
  board.zone('waiting', rect, 'waiting');
  const title = { id: small ? 'graph.waiting-short' : 'graph.waiting', values: {} };
  board.label('waiting', { x: rect.x + 16, y: middle }, title, 'note', 'start');
  shown.forEach((pod, index) => {
    const at = { x: rect.x + start + index * SLOT, y: middle };
    board.pod(pod, at, at, { off: true, ring: false });
    const name = ellipsis(names.get(keyOf(pod)) ?? pod.name, 12);
    board.label(`${keyOf(pod)}/name`, { x: at.x + 20, y: middle - 9 }, name, 'name', 'start');
    const status = stateOf(pod) === 'ready' ? 'Pending' : ellipsis(pod.status, 14);
    board.label(`${keyOf(pod)}/ip`, { x: at.x + 20, y: middle + 9 }, status, 'note', 'start');
  });
  const more = pods.length - shown.length;
  if (more === 0) return;
  const at = { x: rect.x + start + shown.length * SLOT, y: middle };
  const name = { id: 'graph.waiting.more', values: { count: more } };
  board.stop({ id: 'more:waiting', kind: 'more', ...at, off: true, ring: false, name });
  const text = { id: 'graph.more', values: { count: more } };
  board.label('more:waiting', { x: at.x + 20, y: middle }, text, 'name', 'start');
}
