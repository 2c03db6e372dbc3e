import type { Goal } from './check.ts';
import { evaluate } from './evaluate.ts';
import type { Facts } from './facts.ts';
import type { GoalState } from './protocol.ts';

/** Judges a lab's goals again and again; what was once met stays met, with what was seen then. */
export function createGoalKeeper(goals: readonly Goal[]) {
  const met = new Map<string, GoalState>();
  return {
    judge(facts: Facts): readonly GoalState[] {
      return goals.map(({ id, check }) => {
        const before = met.get(id);
        if (before) return before;
        const state: GoalState = { id, ...evaluate(check, facts) };
        if (state.done) met.set(id, state);
        return state;
      });
    },
  };
}
