/** A part of a lesson, as its list of contents shows it. */
export interface LessonPart {
  readonly anchor: string;
  readonly text: string;
}

interface Heading {
  readonly depth: number;
  readonly slug: string;
  readonly text: string;
}

const PART = /^## |^<Lab name="([^"]+)"/gm;

/**
 * The parts of a lesson in reading order: its second-level headings, and its labs, which bring their own heading.
 * `source` is the MDX text, `headings` what Markdown made of it, `lab` the word for a lab.
 */
export function contentsOf(source: string, headings: readonly Heading[], lab: string): readonly LessonPart[] {
  const own = headings.filter((heading) => heading.depth === 2).values();
  return [...source.matchAll(PART)].flatMap(([, name]) => {
    if (name !== undefined) return [{ anchor: labAnchor(name), text: lab }];
    const heading = own.next().value;
    return heading ? [{ anchor: heading.slug, text: heading.text }] : [];
  });
}

/** The id of a lab's heading, which `Lab.astro` gives it. */
function labAnchor(name: string): string {
  return `lab-${name}-title`;
}
