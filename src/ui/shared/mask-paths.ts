/** Masks as SVG paths, in units of pixels with the origin at the top left: sharp at any size. Masks are 0/1, [S,S]. */

/** The pixels for which `covers` holds, as one rectangle per run along a row. */
export function areaPath(size: number, covers: (pixel: number) => boolean): string {
  const parts: string[] = [];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (!covers(y * size + x)) continue;
      const start = x;
      while (x + 1 < size && covers(y * size + x + 1)) x++;
      const width = x + 1 - start;
      parts.push(`M${start} ${y}h${width}v1h${-width}z`);
    }
  return parts.join('');
}

/** The edges between a mask's pixels and all others, the picture's rim included, as straight pieces. */
export function outlinePath(size: number, mask: Uint8Array): string {
  const parts: string[] = [];
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < size && y < size && mask[y * size + x] === 1;
  // Along every line of the grid: how far an edge goes on.
  const pieces = (
    edge: (line: number, along: number) => boolean,
    piece: (line: number, start: number, n: number) => string,
  ) => {
    for (let line = 0; line <= size; line++)
      for (let along = 0; along < size; along++) {
        if (!edge(line, along)) continue;
        const start = along;
        while (along + 1 < size && edge(line, along + 1)) along++;
        parts.push(piece(line, start, along + 1 - start));
      }
  };
  pieces(
    (y, x) => inside(x, y - 1) !== inside(x, y),
    (y, x, n) => `M${x} ${y}h${n}`,
  );
  pieces(
    (x, y) => inside(x - 1, y) !== inside(x, y),
    (x, y, n) => `M${x} ${y}v${n}`,
  );
  return parts.join('');
}
