/** The part of a lab's markup that has this mark: `place(root, 'map')` finds `[data-place=map]`. Its absence is our own bug. */
export function place(root: ParentNode, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-place="${name}"]`);
  if (!found) throw new Error(`the lab's markup has no place ${name}`);
  return found;
}

/** The controls that ask for something: `[data-do=run]`. */
export function controls(root: ParentNode, name: string): readonly HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(`[data-do="${name}"]`)];
}
