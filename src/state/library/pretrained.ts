/** The model that comes with the page: public/models/ has its weights and its card. */
import { AppError } from '../../protocol/errors.ts';

export const PRETRAINED = {
  file: 'isic2018-64-f8.safetensors',
  card: 'isic2018-64-f8.md',
  /** The network that its weights fit, told before it is loaded. */
  arch: 'improved-unet',
  filters: 8,
} as const;

/** Where it lies, whatever the page's path is. */
export function pretrainedAddress(name: string): string {
  return new URL(`models/${name}`, document.baseURI).href;
}

/** Throws AppError 'not-a-model' where the host does not give it. */
export async function pretrainedFile(): Promise<File> {
  const failed = (cause: unknown) =>
    new AppError(
      'not-a-model',
      'The pre-trained model could not be read from the page’s own files',
      'try again, or see that models/ was copied to the host with the rest',
      { cause },
    );
  const response = await fetch(pretrainedAddress(PRETRAINED.file)).catch(error => {
    throw failed(error);
  });
  if (!response.ok) throw failed(response.status);
  return new File([await response.blob()], PRETRAINED.file);
}
