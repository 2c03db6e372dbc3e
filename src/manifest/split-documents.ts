/** One piece of a stream between `---` lines: where its text begins in the file, and the text. */
export interface DocumentChunk {
  readonly index: number;
  readonly offset: number;
  readonly text: string;
}

export interface SplitResult {
  readonly chunks: readonly DocumentChunk[];
  /** `--- something`: kubectl reads nothing from that line on. */
  readonly badSeparator?: { readonly offset: number; readonly text: string; readonly index: number };
}

/**
 * Cuts a stream at its separator lines before any YAML is parsed, so that a document's line numbers start anew and one
 * broken document cannot spoil its neighbours. Models YAMLReader (k8s.io/apimachinery/pkg/util/yaml/decoder.go, v1.36):
 * a separator is a line that begins with `---`; after it only blanks or a comment may follow.
 */
export function splitDocuments(text: string): SplitResult {
  const chunks: DocumentChunk[] = [];
  let chunkStart = 0;
  let at = 0;
  const close = (end: number) => {
    if (end > chunkStart)
      chunks.push({ index: chunks.length, offset: chunkStart, text: text.slice(chunkStart, end) });
  };
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const lineEnd = newline === -1 ? text.length : newline + 1;
    if (text.startsWith('---', at)) {
      const rest = text.slice(at + 3, lineEnd).trim();
      if (rest !== '' && !rest.startsWith('#')) {
        close(at);
        return { chunks, badSeparator: { offset: at, text: rest, index: chunks.length } };
      }
      close(at);
      chunkStart = lineEnd;
    }
    at = lineEnd;
  }
  close(text.length);
  return { chunks };
}
