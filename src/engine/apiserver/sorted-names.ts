/** Puts a text where it belongs in a sorted list, unless it is there already. */
export function insertSorted(names: string[], name: string): void {
  const place = placeOf(names, name);
  if (names[place] !== name) names.splice(place, 0, name);
}

/** Takes a text out of a sorted list, if it is there. */
export function removeSorted(names: string[], name: string): void {
  const place = placeOf(names, name);
  if (names[place] === name) names.splice(place, 1);
}

function placeOf(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
