import { instant, type Program } from '../../../libc/index.ts';

/** Small programs of coreutils and busybox that say or copy something. */

const operandsOf = (words: readonly string[]) => words.slice(1).filter((word) => !word.startsWith('-'));

export const basename: Program = instant((process) => {
  const [path = '', suffix = ''] = operandsOf(process.arguments);
  const name = path.replace(/\/+$/, '').replace(/^.*\//, '');
  process.stdout(
    `${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
  );
  return 0;
});

export const dirname: Program = instant((process) => {
  const [path = ''] = operandsOf(process.arguments);
  const folder = path.replace(/\/+$/, '').replace(/\/?[^/]*$/, '');
  process.stdout(`${folder || (path.startsWith('/') ? '/' : '.')}\n`);
  return 0;
});

export const whoami: Program = instant((process) => {
  process.stdout('root\n');
  return 0;
});

export const id: Program = instant((process) => {
  const short = process.arguments.some((word) => /^-[ugG]$/.test(word));
  process.stdout(short ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n');
  return 0;
});

export const ls: Program = instant((process) => {
  const paths = operandsOf(process.arguments);
  let status = 0;
  for (const path of paths.length > 0 ? paths : [process.workingDirectory]) {
    const names = process.readDirectory(path);
    if (names) process.stdout(names.map((name) => `${name}\n`).join(''));
    else if (process.readFile(path) !== undefined) process.stdout(`${path}\n`);
    else {
      process.stderr(`ls: ${path}: No such file or directory\n`);
      status = 1;
    }
  }
  return status;
});

const copying = (moves: boolean): Program =>
  instant((process) => {
    const paths = operandsOf(process.arguments);
    const target = paths.pop() ?? '';
    const folder = process.readDirectory(target) !== undefined;
    for (const path of paths) {
      const text = process.readFile(path);
      if (text === undefined) {
        process.stderr(`${process.arguments[0]}: can't stat '${path}': No such file or directory\n`);
        return 1;
      }
      process.writeFile(folder ? `${target}/${path.replace(/^.*\//, '')}` : target, text);
      if (moves) process.removeFile(path);
    }
    return 0;
  });

export const copy = copying(false);
export const move = copying(true);

export const nproc: Program = instant((process) => {
  process.stdout('4\n');
  return 0;
});
