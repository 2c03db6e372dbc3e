import { type Document, parseDocument } from 'yaml';
import { type FieldPosition, positionInDocument } from './field-position.ts';
import { createLineIndex, type LineIndex, type SourceRange } from './source-range.ts';
import { type DocumentChunk, splitDocuments } from './split-documents.ts';
import { syntaxMessage } from './syntax-message.ts';
import { toValue, ValueError } from './to-value.ts';

/** The API server takes requests of up to 3 MiB (DefaultMaxRequestSizeBytes); we read no larger file. */
export const MAX_MANIFEST_LENGTH = 3 * 1024 * 1024;

export interface ManifestDocument {
  readonly object: unknown;
  readonly file: string;
  /** Counts the pieces between `---` lines from 0, empty and broken ones too. */
  readonly index: number;
}

export interface ManifestProblem {
  readonly file: string;
  readonly index: number;
  /** kubectl's whole line: `error: error parsing hello.yaml: error converting YAML to JSON: yaml: line 3: …` */
  readonly message: string;
  readonly range: SourceRange;
}

export interface Manifest {
  readonly file: string;
  readonly documents: readonly ManifestDocument[];
  readonly problems: readonly ManifestProblem[];
  /** Where a document as a whole stands. */
  rangeOf(documentIndex: number): SourceRange;
  /** Where a field stands, or its nearest parent that exists: `spec.ports[0].targetPort`. */
  positionOf(documentIndex: number, fieldPath: string): FieldPosition;
}

interface ParsedChunk {
  readonly chunk: DocumentChunk;
  readonly document?: Document;
  readonly object?: unknown;
  readonly problem?: { readonly message: string; readonly start: number; readonly end: number };
}

/**
 * Reads a file of manifests. Never throws and takes time in proportion to the text: what kubectl would refuse comes
 * back as a problem with its place. Documents after a broken one are read as well, for the editor's sake; kubectl
 * itself stops there (see `problems[].index`).
 */
export function parseManifest(text: string, file: string): Manifest {
  const lines = createLineIndex(text);
  if (text.length > MAX_MANIFEST_LENGTH) return tooLarge(file, lines);
  const { chunks, badSeparator } = splitDocuments(text);
  const parsed = chunks.map(parseChunk);
  const problems = parsed.flatMap(({ chunk, problem }) =>
    problem
      ? [
          {
            file,
            index: chunk.index,
            message: `error: error parsing ${file}: error converting YAML to JSON: ${problem.message}`,
            range: lines.range(chunk.offset + problem.start, chunk.offset + problem.end),
          },
        ]
      : [],
  );
  if (badSeparator) {
    const range = lines.range(badSeparator.offset, badSeparator.offset + 4 + badSeparator.text.length);
    problems.push({
      file,
      index: badSeparator.index,
      message: `error: error parsing ${file}: invalid Yaml document separator: ${badSeparator.text}`,
      range,
    });
  }
  const byIndex = new Map(parsed.map((one) => [one.chunk.index, one]));
  return {
    file,
    documents: parsed.flatMap(({ chunk, object, problem }) =>
      problem || object === null || object === undefined ? [] : [{ object, file, index: chunk.index }],
    ),
    problems,
    rangeOf: (index) => rangeOfChunk(byIndex.get(index)?.chunk, lines),
    positionOf(index, fieldPath) {
      const one = byIndex.get(index);
      const whole = rangeOfChunk(one?.chunk, lines);
      if (!one?.document) return { exact: false, range: whole };
      return positionInDocument(
        one.document,
        fieldPath,
        (start, end) => lines.range(one.chunk.offset + start, one.chunk.offset + end),
        whole,
      );
    },
  };
}

function parseChunk(chunk: DocumentChunk): ParsedChunk {
  const control = controlCharacter(chunk.text);
  if (control !== -1)
    return {
      chunk,
      problem: { message: 'yaml: control characters are not allowed', start: control, end: control + 1 },
    };
  try {
    const document = parseDocument(chunk.text, {
      schema: 'failsafe',
      version: '1.1',
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      keepSourceTokens: false,
    });
    const error = document.errors[0];
    if (error) {
      const [start, end] = error.pos;
      return {
        chunk,
        document,
        problem: { message: syntaxMessage(error, chunk.text, document.errors[1]), start, end },
      };
    }
    const object = toValue(document);
    return { chunk, document, object };
  } catch (error) {
    if (error instanceof ValueError) {
      const [start, , end] = error.node?.range ?? [0, 0, chunk.text.length];
      return { chunk, problem: { message: error.message, start, end } };
    }
    // The parser recurses: only a document nested thousands of levels deep gets here.
    if (error instanceof RangeError)
      return {
        chunk,
        problem: { message: 'yaml: exceeded max depth of 10000', start: 0, end: chunk.text.length },
      };
    throw error;
  }
}

function controlCharacter(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]/);
}

function rangeOfChunk(chunk: DocumentChunk | undefined, lines: LineIndex): SourceRange {
  if (!chunk) return lines.range(0, 0);
  const start = chunk.text.search(/\S/);
  return lines.range(chunk.offset + Math.max(0, start), chunk.offset + chunk.text.trimEnd().length);
}

function tooLarge(file: string, lines: LineIndex): Manifest {
  const range = lines.range(0, 1);
  const message = `Error from server (RequestEntityTooLarge): error when creating "${file}": Request entity too large: limit is ${MAX_MANIFEST_LENGTH}`;
  return {
    file,
    documents: [],
    problems: [{ file, index: 0, message, range }],
    rangeOf: () => range,
    positionOf: () => ({ exact: false, range }),
  };
}
