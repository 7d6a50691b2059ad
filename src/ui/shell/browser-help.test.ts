import { expect, test } from 'vitest';
import { browserHelp } from './browser-help.ts';

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36';
const edge =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0';
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const safari =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15';
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/149.0 Mobile/15E148 Safari/604.1';

test.each([
  ['Chrome', chrome, 0],
  ['Edge', edge, 0],
  ['Firefox', firefox, 0],
  ['Safari', safari, 0],
  ['iPhone or iPad', phone, 5],
  ['iPhone or iPad', safari, 5],
  ['this browser', 'curl/8', 0],
])('%s is known by its user agent', (browser, userAgent, touchPoints) =>
  expect(browserHelp(userAgent, touchPoints).browser).toBe(browser),
);

test('only Linux is told of the flags it needs', () => {
  expect(browserHelp(chrome).steps.join()).toContain('chrome://flags');
  expect(browserHelp(edge).steps.join()).not.toContain('flags');
});
