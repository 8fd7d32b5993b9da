import type { TextSegment } from '../../text/textSegments';

/** What the standalone page finds in itself, besides the weights. */
export interface PageData {
  readonly sequences: Readonly<Partial<Record<'input' | 'output', PageSequence>>>;
  readonly matrices: readonly PageMatrix[];
  /** The place of the head that is shown first. */
  readonly first: number;
}

/** A text and its tokens. */
export interface PageSequence {
  readonly labels: readonly string[];
  readonly segments: readonly TextSegment[];
}

/** One head. */
export interface PageMatrix {
  /** "Head 2.1", "Rollout up to layer 2". */
  readonly name: string;
  /** "Self", "Encoder": the heads of one kind stand together, a row a layer. */
  readonly kind: string;
  readonly layer: number;
  readonly queries: 'input' | 'output';
  readonly keys: 'input' | 'output';
  readonly rows: number;
  readonly columns: number;
  readonly causal: boolean;
  /** Whether a row holds only the keys up to its query. */
  readonly packed: boolean;
  /** The place of its first number among all. */
  readonly start: number;
}

/** The colours of the page as they are now. */
export interface PageColors {
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  readonly line: string;
  readonly focus: string;
  /** From no weight to all of it: 256 colours, red, green, blue, opaque. */
  readonly ramp: Uint8ClampedArray;
}
