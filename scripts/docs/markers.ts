/**
 * Parts of the documentation that a command writes stand between `<!-- begin:NAME -->` and `<!-- end:NAME -->`. A part has lines of its
 * own (both markers alone on their lines) or lies within one line of prose.
 */

const PART = /<!-- begin:(\S+) -->([\s\S]*?)<!-- end:(\S+) -->/g;

export function partNames(text: string): string[] {
  return [...text.matchAll(PART)].map(([, name]) => name ?? '');
}

/** `text` with each part set to `write(name)`. Throws an Error that names the marker where markers do not pair up. */
export function fillParts(text: string, write: (name: string) => string): string {
  const filled = text.replaceAll(PART, (whole: string, name: string, _old: string, end: string, at: number) => {
    if (name !== end) throw new Error(`begin:${name} is closed by end:${end}`);
    const begin = `<!-- begin:${name} -->`;
    const close = `<!-- end:${name} -->`;
    const startsLine = at === 0 || text[at - 1] === '\n';
    const value = write(name);
    if (whole.startsWith(`${begin}\n`)) {
      if (!startsLine) throw new Error(`begin:${name} must stand alone on its line`);
      return `${begin}\n${value}\n${close}`;
    }
    // Markdown takes a line that begins with a comment for HTML as a whole, links and emphasis included.
    if (startsLine) throw new Error(`begin:${name} must not begin a line of prose`);
    if (value.includes('\n')) throw new Error(`begin:${name} needs lines of its own: its text has several`);
    return `${begin}${value}${close}`;
  });
  const stray = /<!-- (?:begin|end):\S+ -->/.exec(filled.replaceAll(PART, ''));
  if (stray) throw new Error(`${stray[0]} has no partner`);
  return filled;
}
