/**
 * `npm run licences`: writes THIRD-PARTY.md, the licences of everything that the finished site or the command line ships.
 * Development tools are not shipped and not listed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './steps.ts';

/** Packages whose code is in the pages, the worker or the command line; Astro itself only builds. */
const SHIPPED = [
  '@noble/curves',
  '@noble/hashes',
  '@xterm/xterm',
  '@xterm/addon-fit',
  'cytoscape',
  'monaco-editor',
  'unbash',
  'yaml',
];

const sections = SHIPPED.map((name) => {
  const folder = join(root, 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licence = readdirSync(folder).find((file) => /^licen[cs]e(\.(txt|md))?$/i.test(file));
  const text = licence ? readFileSync(join(folder, licence), 'utf8').trim() : '';
  return `## ${name} ${manifest.version}\n\n${manifest.license}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
});

const fonts = join(root, 'src', 'styles', 'fonts');
if (existsSync(fonts)) {
  for (const file of readdirSync(fonts).filter((name) => name.startsWith('OFL'))) {
    sections.push(
      `## Font: ${file.replace(/^OFL-|\.txt$/g, '')}\n\nOFL-1.1\n\n\`\`\`text\n${readFileSync(join(fonts, file), 'utf8').trim()}\n\`\`\`\n`,
    );
  }
}
const schema = join(root, 'src', 'engine', 'api', 'NOTICE.md');
if (existsSync(schema))
  sections.push(`## Schema of Kubernetes objects\n\n${readFileSync(schema, 'utf8').trim()}\n`);
writeFileSync(
  join(root, 'THIRD-PARTY.md'),
  `# Licences of what Hop by Hop ships\n\nWritten by \`npm run licences\`.\n\n${sections.join('\n')}`,
);
