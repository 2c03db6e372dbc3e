import { playLab } from '../lab/index.ts';
import { loadLab } from './labs.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colours begin with one.
const COLOUR = /\u001b\[\d*m/g;

/** Types lines into a lab and answers what they print: how tests hold a lesson's prose to what its lab shows. */
export function typedIn(
  folder: string,
  name: string,
): (
  lines: readonly string[],
  edit?: { readonly file: string; change(text: string): string },
) => Promise<string> {
  const lab = loadLab(folder, name);
  return async (lines, edit) => {
    const solved = lab.files.map((file) => lab.solutionFiles.find((each) => each.name === file.name) ?? file);
    const solutionFiles = edit
      ? solved.map((file) => (file.name === edit.file ? { ...file, text: edit.change(file.text) } : file))
      : solved;
    return (await playLab({ ...lab, solutionFiles }, lines)).output.replaceAll(COLOUR, '');
  };
}

/** The manifests as the learner finds them, in place of the solution's. */
export function asFound(folder: string, name: string, file: string) {
  const found = loadLab(folder, name).files.find((each) => each.name === file)!.text;
  return { file, change: () => found };
}
