import { useEffect, useState } from 'react';

/**
 * The address of an image's own file, for the browser to draw: undefined until it is there, null where it is not at hand. `load` must be the
 * same function as long as the image is.
 */
export function usePhoto(load: (() => Promise<Uint8Array<ArrayBuffer> | null>) | undefined): string | null | undefined {
  const [found, setFound] = useState<{ of: typeof load; url: string | null }>();
  useEffect(() => {
    if (!load) return;
    let url: string | null = null;
    let gone = false;
    void load().then(file => {
      if (gone) return;
      url = file && URL.createObjectURL(new Blob([file]));
      setFound({ of: load, url });
    });
    return () => {
      gone = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, [load]);
  return found?.of === load ? found?.url : undefined;
}
