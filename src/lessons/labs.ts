import { parse } from 'yaml';
import { type Lab, parseLab } from './lab-schema.ts';

// Read while building: a page carries only the lab that it shows.
const SOURCES = import.meta.glob<string>(
  ['/content/lessons/*/labs/*/lab.yaml', '/content/lessons/*/labs/*/{start,setup,solution}/*.yaml'],
  { query: '?raw', import: 'default', eager: true },
);

/** Reads the lab `name` of the lesson in `folder`. Throws with the place and a hint when something is wrong in it. */
export function loadLab(folder: string, name: string): Lab {
  const root = `/content/lessons/${folder}/labs/${name}/`;
  const source = SOURCES[`${root}lab.yaml`];
  if (source === undefined)
    throw new Error(`There is no ${root.slice(1)}lab.yaml. Hint: a lab is named by its folder.`);
  return parseLab(name, parse(source), {
    start: filesIn(`${root}start/`),
    setup: filesIn(`${root}setup/`),
    solution: filesIn(`${root}solution/`),
  });
}

/** The labs of a lesson, by name. */
export function labNames(folder: string): readonly string[] {
  const root = `/content/lessons/${folder}/labs/`;
  return Object.keys(SOURCES)
    .filter((path) => path.startsWith(root) && path.endsWith('/lab.yaml'))
    .map((path) => path.slice(root.length, -'/lab.yaml'.length));
}

function filesIn(root: string): readonly { readonly name: string; readonly text: string }[] {
  return Object.entries(SOURCES)
    .filter(([path]) => path.startsWith(root))
    .map(([path, text]) => ({ name: path.slice(root.length), text }));
}
