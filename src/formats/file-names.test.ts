import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskFileName, safeStem, uniqueNames } from './file-names.ts';

test.each([
  ['ISIC_0000001', 'ISIC_0000001_segmentation.png'],
  ['Läsion 3 (links)', 'Läsion 3 (links)_segmentation.png'],
  ['v1.2', 'v1.2_segmentation.png'],
  ['../../x', '__.._x_segmentation.png'],
  ['/etc/passwd', '_etc_passwd_segmentation.png'],
  ['..\\..\\x', '__.._x_segmentation.png'],
  ['C:\\x', 'C__x_segmentation.png'],
  ['..', '__segmentation.png'],
  ['', '__segmentation.png'],
  ['CON', '_CON_segmentation.png'],
  ['nul.x', '_nul.x_segmentation.png'],
  ['Conrad', 'Conrad_segmentation.png'],
  ['x. . ', 'x_segmentation.png'],
  ['a\u0000b\nc', 'a_b_c_segmentation.png'],
  ['gpj.\u202egnp', 'gpj._gnp_segmentation.png'],
  ['\ud800x', '\ufffdx_segmentation.png'],
])('%j is written as %j', (id, name) => expect(maskFileName(id)).toBe(name));

test('a long name is cut between two signs', () => {
  const stem = safeStem('ä😀'.repeat(1000));
  expect(new TextEncoder().encode(stem).length).toBeLessThanOrEqual(200);
  expect(stem).toMatch(/^(ä😀)+ä?$/u);
});

test('whatever an image is called: one name, no folder, nothing a disk refuses, and no two alike', () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 8 }), ids => {
      const names = uniqueNames(ids.map(maskFileName));
      expect(new Set(names.map(name => name.normalize('NFC').toLowerCase())).size).toBe(ids.length);
      for (const name of names) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be there.
        expect(name).not.toMatch(/[\\/:*?"<>|\u0000-\u001f]|^[.\s]|[.\s]$/);
        expect(name).toMatch(/_segmentation( \(\d+\))?\.png$/);
        expect(new TextEncoder().encode(name).length).toBeLessThan(255);
      }
    }),
  ));
