/**
 * The model files that the page writes and takes back, one record each. How one is packed and opened is a line in
 * training/library/models.ts; the buttons and the downloads' names follow from here.
 */
interface ModelFormatRecord {
  /** The format's own name. */
  readonly title: string;
  /** Of the file's name, without its dot. A file given back is known by it. */
  readonly ending: string;
  readonly mediaType: string;
  /** Of the download's name, before its ending, where another format has the same ending; that other one opens the file. */
  readonly mark?: string;
}

export const modelFormatRecords = {
  /** A zip with tfjs's layers model, its layers' source and a README. */
  layers: { title: 'TensorFlow.js', ending: 'zip', mediaType: 'application/zip' },
  /** The network as a graph of standard operators. */
  onnx: { title: 'ONNX', ending: 'onnx', mediaType: 'application/octet-stream' },
  /** The same for one image of the model's own size, for programs that cannot follow free sides. */
  onnxFixed: { title: 'ONNX, fixed sides', ending: 'onnx', mediaType: 'application/octet-stream', mark: '-fixed' },
  /** The weights alone. */
  safetensors: { title: 'safetensors', ending: 'safetensors', mediaType: 'application/octet-stream' },
} as const satisfies Record<string, ModelFormatRecord>;

export type ModelFormat = keyof typeof modelFormatRecords;
/** What stands behind the model's name. */
export function fileEnding(format: ModelFormat): string {
  const { ending, mark = '' }: ModelFormatRecord = modelFormatRecords[format];
  return `${mark}.${ending}`;
}

export const modelFormats = Object.keys(modelFormatRecords) as [ModelFormat, ...ModelFormat[]];

/** What other programs and places take as a whole: one zip each, not taken back by this page. */
export const exportRecords = {
  bioimageio: { title: 'BioImage.IO', file: 'lesion-studio-bioimageio.zip' },
  huggingFace: { title: 'Hugging Face', file: 'lesion-studio-hugging-face.zip' },
  nnunet: { title: 'nnU-Net', file: 'lesion-studio-nnunet.zip' },
} as const;

export type ExportName = keyof typeof exportRecords;
export const exportNames = Object.keys(exportRecords) as [ExportName, ...ExportName[]];
