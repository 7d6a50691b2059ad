import { memo, useLayoutEffect, useState } from 'react';
import { bitmapFile } from './bitmap.ts';
import './pixel-image.css';

/** A picture of side `size`: RGB bytes [S,S,3] or a 0/1 mask [S,S]. Without pixels its place is kept, with `waiting` in it. */
export const PixelImage = memo(function PixelImage({
  size,
  pixels,
  alt,
  waiting = '',
}: {
  size: number;
  pixels: Uint8Array | undefined;
  alt: string;
  waiting?: string;
}) {
  const [url, setUrl] = useState<string>();
  useLayoutEffect(() => {
    if (!pixels) return setUrl(undefined);
    const made = URL.createObjectURL(new Blob([bitmapFile(size, pixels)], { type: 'image/bmp' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [size, pixels]);
  if (!pixels || !url) return <span className="picture picture-waiting">{waiting}</span>;
  return <img className="picture" src={url} alt={alt} width={size} height={size} />;
});

/** Values of 0 to 255 [S,S] as RGB. */
export function greys(values: Uint8Array | undefined): Uint8Array | undefined {
  return values && Uint8Array.from({ length: values.length * 3 }, (_, i) => values[Math.floor(i / 3)] ?? 0);
}
