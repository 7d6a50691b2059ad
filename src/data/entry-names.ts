/** Names of archive entries whose encoding is not stated: UTF-8, or the code page of Chinese systems. */

const utf8 = new TextDecoder('utf-8', { fatal: true });
const chinese = new TextDecoder('gb18030', { fatal: true });

/**
 * The name as UTF-8 where it is valid, else as GB 18030 (which GBK and GB 2312 are parts of) where it is that. Undefined where it is
 * neither: then it is some other code page.
 */
export function decodeName(bytes: Uint8Array): string | undefined {
  return attempt(utf8, bytes) ?? (hasHanzi(bytes) ? attempt(chinese, bytes) : undefined);
}

/**
 * Two bytes in the plane of GB 2312's characters. Nearly all Chinese names have such a pair. Of a western code page each umlaut with the
 * letter behind it would be valid GB 18030 as well, but letters below 128 are not in that plane.
 */
function hasHanzi(bytes: Uint8Array): boolean {
  return bytes.some((lead, i) => lead >= 0xb0 && lead <= 0xf7 && (bytes[i + 1] ?? 0) >= 0xa1);
}

function attempt(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
