export {
  createEditor,
  type EditorFile,
  type EditorOptions,
  type EditorProblem,
  type EditorWords,
  type YamlEditor,
} from './create-editor.ts';
export type { LineState, TokenizeLine } from './prepare-monaco.ts';
