export type { FieldPosition } from './field-position.ts';
export {
  type Manifest,
  type ManifestDocument,
  type ManifestProblem,
  parseManifest,
} from './parse-manifest.ts';
export type { SourceRange } from './source-range.ts';
export { stringifyYaml } from './stringify-yaml.ts';
