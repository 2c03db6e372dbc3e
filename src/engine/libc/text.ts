import type { Payload } from '../linux/index.ts';

/** Bytes without a protocol of ours: what `nc`, a database's greeting or a line of a text protocol carries. */
export interface TextMessage {
  readonly kind: 'text';
  readonly text: string;
}

/** Plain text as a payload; the summary is its first line, cut. */
export function textPayload(text: string): Payload {
  const line = text.split('\n', 1)[0]!.trim();
  return {
    bytes: byteLength(text),
    summary: line.length > 60 ? `${line.slice(0, 59)}…` : line,
    data: { kind: 'text', text } satisfies TextMessage,
  };
}

/** The text of a payload; undefined when it carries something else. */
export function textOf(payload: Payload | undefined): string | undefined {
  const data = payload?.data as TextMessage | undefined;
  return data?.kind === 'text' ? data.text : undefined;
}

/** How many bytes a string takes in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
