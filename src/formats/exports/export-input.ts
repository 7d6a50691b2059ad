/** What the exports of a model are made of. */

import { packOnnx } from '../onnx/model.ts';
import { describeMetadata, type ModelMetadata, networkOf, type PortableModel } from '../tfjs-model.ts';

export interface ExportInput {
  readonly model: PortableModel;
  /** Markdown: see model-card.ts. */
  readonly card: string;
  /** RGB [S,S,3], and what the engine at hand makes of it, [S,S]. */
  readonly picture: Uint8Array;
  readonly probability: Float32Array;
  readonly author: string;
  /** By its SPDX id; without one none is granted, and none is written. */
  readonly license: string | undefined;
  readonly metadata: ModelMetadata;
  readonly created: Date;
}

/** To be replaced by the person, in the file. */
export const UNKNOWN_AUTHOR = 'Author not given';

export function exportInput(
  model: PortableModel,
  {
    author = UNKNOWN_AUTHOR,
    license,
    created = new Date(),
    ...rest
  }: Pick<ExportInput, 'card' | 'picture' | 'probability'> &
    Partial<Pick<ExportInput, 'author' | 'license' | 'created'>>,
): ExportInput {
  // The images that the model has seen are thousands of hashes: they stand in the model files, and in no description for people.
  const { seen: _, ...metadata } = describeMetadata(model, created);
  return { model, author, license, created, metadata, ...rest };
}

export function architectureTitle({ model }: ExportInput): string {
  return networkOf(model.info).title;
}

export function freeOnnx({ model, created }: ExportInput): Uint8Array<ArrayBuffer> {
  return packOnnx(model, 'free', created);
}

export function fixedOnnx({ model, created }: ExportInput): Uint8Array<ArrayBuffer> {
  return packOnnx(model, 'fixed', created);
}
