// WebDriver (W3C) over HTTP, as far as the journey needs it: a session, scripts, clicks, files, pictures.
// https://www.w3.org/TR/webdriver2/

/** How elements travel in answers and arguments. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Opens a session at a driver that listens on `address`. Throws with the driver's own words. */
export async function openSession(address, capabilities) {
  const ask = async (method, path, body) => {
    const response = await fetch(`${address}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value?.error}: ${value?.message}`);
    return value;
  };
  const { sessionId, capabilities: given } = await ask('POST', '/session', {
    capabilities: { alwaysMatch: capabilities },
  });
  const at = `/session/${sessionId}`;
  await ask('POST', `${at}/timeouts`, { script: 60_000, pageLoad: 60_000 });
  return {
    capabilities: given,
    goto: url => ask('POST', `${at}/url`, { url }),
    /** Runs a function's text in the page; what it returns, or its promise gives, as JSON. */
    async evaluate(script, args = []) {
      const text = `const done = arguments[arguments.length - 1];
        Promise.resolve().then(() => (${script})(...[...arguments].slice(0, -1))).then(
          value => done({ value }), error => done({ error: String(error) + '\\n' + (error?.stack ?? '') }));`;
      const answer = await ask('POST', `${at}/execute/async`, { script: text, args });
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
    /** The element that a function's text returns, or null. */
    async find(script, args = []) {
      const found = await ask('POST', `${at}/execute/sync`, { script: `return (${script})(...arguments)`, args });
      return found?.[ELEMENT] ?? null;
    },
    /** Scrolled to at once, for the driver does not wait for a page that scrolls smoothly; tried again for a while all the same. */
    async click(id) {
      await ask('POST', `${at}/execute/sync`, {
        script: "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })",
        args: [{ [ELEMENT]: id }],
      });
      for (let tries = 1; ; tries++) {
        try {
          return await ask('POST', `${at}/element/${id}/click`, {});
        } catch (thrown) {
          if (tries === 20 || !/^element (not interactable|click intercepted)/.test(thrown.message)) throw thrown;
          await new Promise(resolve => setTimeout(resolve, 250));
        }
      }
    },
    size: (width, height) => ask('POST', `${at}/window/rect`, { x: 0, y: 0, width, height }),
    type: (id, text) => ask('POST', `${at}/element/${id}/value`, { text }),
    picture: async () => Buffer.from(await ask('GET', `${at}/screenshot`), 'base64'),
    close: () => ask('DELETE', at),
  };
}
