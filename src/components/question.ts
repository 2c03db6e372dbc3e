import { loadLab, type Question } from '../lessons/index.ts';

/** A prediction or check of a lab. Throws with a hint when the lab has none of that name. */
export function findQuestion(
  folder: string,
  lab: string,
  kind: 'predictions' | 'checks',
  id: string,
): Question {
  const questions = loadLab(folder, lab)[kind];
  const found = questions.find((each) => each.id === id);
  if (!found) {
    const known = questions.map((each) => each.id).join(', ');
    throw new Error(`Lab ${lab} has no ${kind} "${id}". Hint: its lab.yaml has ${known || 'none'}.`);
  }
  return found;
}
