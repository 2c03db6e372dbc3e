export { type Manifest, parseManifest } from './parse-manifest.ts';
export { stringifyYaml } from './stringify-yaml.ts';
