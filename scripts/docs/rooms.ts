/** The picture of the rooms in docs/architecture.md, as Mermaid, from the imports of the files that ship. */
import { isForTests, readSources, room, type Source } from '../imports.ts';

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Arrows between rooms, by name. A file directly in src/ is a room by its own name; `random`, which everyone may read, is left out. */
export function roomArrows(sources: readonly Source[]): Arrow[] {
  const arrows = new Map<string, Arrow>();
  for (const { path, imports } of sources) {
    if (isForTests(path)) continue;
    for (const { to: target, ours, typeOnly } of imports) {
      const [from, to] = [room(path) || path, room(target)];
      if (!ours || from === to || to === '' || to === '..' || to === 'random') continue;
      const key = `${from} ${to}`;
      arrows.set(key, { from, to, typeOnly: typeOnly && (arrows.get(key)?.typeOnly ?? true) });
    }
  }
  return [...arrows.values()].sort((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1));
}

export function drawRooms(arrows: readonly Arrow[]): string {
  const lines: string[] = [];
  for (const from of new Set(arrows.map(arrow => arrow.from)))
    for (const [line, typeOnly] of [['-->', false] as const, ['-.->', true] as const]) {
      const to = arrows.filter(arrow => arrow.from === from && arrow.typeOnly === typeOnly).map(arrow => arrow.to);
      if (to.length > 0) lines.push(`  ${from} ${line} ${to.join(' & ')}`);
    }
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

export function roomsPicture(): string {
  return drawRooms(roomArrows(readSources('src')));
}
