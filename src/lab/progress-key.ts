/** `hop.lab/04-pods-and-services/from-a-name-to-a-pod`: both languages share it. */
export function progressKey(lesson: string, lab: string): string {
  return `hop.lab/${lesson}/${lab}`;
}
