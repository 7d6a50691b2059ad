/** What a visitor without WebGPU can do, in their own browser. Pure: the user agent comes in as text. */

export interface BrowserHelp {
  readonly browser: string;
  readonly steps: readonly string[];
}

/** `touchPoints`: navigator.maxTouchPoints, by which an iPad that calls itself a Mac is known. */
export function browserHelp(userAgent: string, touchPoints = 0): BrowserHelp {
  const ios = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1);
  if (ios)
    return {
      browser: 'iPhone or iPad',
      steps: [
        'Update to iOS or iPadOS 26 or newer (Settings → General → Software Update); every browser on it then has WebGPU.',
        'On iOS 18: Settings → Apps → Safari → Advanced → Feature Flags → switch WebGPU on, then reload in Safari.',
      ],
    };
  if (/Firefox\//.test(userAgent))
    return {
      browser: 'Firefox',
      steps: [
        'Windows: update to Firefox 141 or newer; Mac with Apple silicon: 145 or newer. WebGPU is on by itself there.',
        'Elsewhere: open about:config, set dom.webgpu.enabled to true, restart Firefox. WebGPU may still be missing on Linux and Android: use Chrome or Edge there.',
      ],
    };
  const edge = /Edg(A|iOS)?\//.test(userAgent);
  if (edge || /Chrom(e|ium)\//.test(userAgent)) {
    const name = edge ? 'Edge' : 'Chrome';
    const scheme = edge ? 'edge' : 'chrome';
    const linux = /Linux/.test(userAgent) && !/Android/.test(userAgent);
    return {
      browser: name,
      steps: [
        `Update ${name} to version ${/Android/.test(userAgent) ? '121' : '113'} or newer (${scheme}://settings/help).`,
        `Switch on “Use graphics acceleration when available” in ${scheme}://settings/system and restart ${name}.`,
        ...(linux
          ? [`On Linux: open ${scheme}://flags, enable “Unsafe WebGPU Support” and “Vulkan”, then restart ${name}.`]
          : []),
        `If it is still missing, look at “WebGPU” in ${scheme}://gpu: an old graphics driver is often the cause; update it.`,
      ],
    };
  }
  if (/Safari\//.test(userAgent))
    return {
      browser: 'Safari',
      steps: [
        'Update to macOS 26 with Safari 26 or newer, where WebGPU is on.',
        'On Safari 18: Settings → Advanced → “Show features for web developers”, then Feature Flags → switch WebGPU on, and reload.',
        'Or open this page in Chrome or Edge.',
      ],
    };
  return { browser: 'this browser', steps: ['Open this page in a current Chrome, Edge, Firefox or Safari.'] };
}
