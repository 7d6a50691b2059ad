// What the journey looks for in the page, by role and accessible name as a person or a screen reader would: texts of functions that
// run in the page, whichever protocol carries them there.

/** (role, name) → the element, or null. A name as /text/ is a pattern for its beginning. */
export const find = `(role, name) => {
  const selectors = {
    button: 'button, [role=button]',
    tab: '[role=tab]',
    file: 'input[type=file]',
    region: 'section, [role=region]',
    figure: 'figure, [role=figure]',
    progressbar: 'progress, [role=progressbar]',
    status: '[role=status], output',
    note: '[role=note]',
    table: 'table, [role=table]',
    list: 'ul, ol, [role=list]',
  };
  const text = node => (node?.textContent ?? '').replace(/\\s+/g, ' ').trim();
  const nameOf = element => {
    const by = element.getAttribute('aria-labelledby');
    if (by) return by.split(' ').map(id => text(document.getElementById(id))).join(' ');
    const label = element.getAttribute('aria-label');
    if (label) return label;
    if (element.labels?.length) return text(element.labels[0]);
    if (element.caption) return text(element.caption);
    return text(element);
  };
  const begins = name.startsWith('/') ? name.slice(1, -1) : null;
  return [...document.querySelectorAll(selectors[role])].find(element => {
    const found = nameOf(element);
    return begins === null ? found === name : found.startsWith(begins);
  }) ?? null;
}`;

/** (role, name) → the text in it; null where there is none. */
export const textOf = `(role, name) => {
  const element = (${find})(role, name);
  return element && element.textContent.replace(/\\s+/g, ' ').trim();
}`;

/** (role, name) → whether it can be used. */
export const enabled = `(role, name) => {
  const element = (${find})(role, name);
  return element !== null && !element.disabled && element.getAttribute('aria-disabled') !== 'true';
}`;

/** What the page tells as problems and notices, and whether it shows anything at all. */
export const state = `() => ({
  // Those in sight: what the page would say had it not started is there until it has.
  alerts: [...document.querySelectorAll('[role=alert]')]
    .filter(element => getComputedStyle(element).visibility === 'visible')
    .map(element => element.textContent.trim()),
  notices: (document.querySelector('[aria-label=Notice]')?.textContent ?? '').trim(),
  drawn: document.querySelector('#root')?.childElementCount ?? 0,
  isolated: globalThis.crossOriginIsolated === true,
  shared: typeof SharedArrayBuffer !== 'undefined',
  agent: navigator.userAgent,
})`;
