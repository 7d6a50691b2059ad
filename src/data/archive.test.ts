import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deflateBomb, type ZipEntry, zipBytes, zipFile } from '../testing/archives.ts';
import { tarFile } from '../testing/tars.ts';
import { listSources } from './archive.ts';
import { pairFiles } from './pairing.ts';
import { archiveLimits } from './source.ts';

const dropped = (...files: File[]) => files.map(file => ({ path: file.name, file }));
const text = async (read: Promise<ArrayBuffer>) => new TextDecoder().decode(await read);
const ascii = (letters: string) => [...letters].map(letter => letter.charCodeAt(0));
const flagged = (name: string, entries: readonly ZipEntry[]) =>
  zipFile(
    name,
    entries.map(entry => ({ ...entry, lie: { flags: 0x800 } })),
  );

test('lists and reads stored and deflated entries, several archives and loose files, as often as asked', async () => {
  const { sources, rejected, title } = await listSources(
    dropped(
      zipFile('a.zip', [
        { name: 'x/', data: '' },
        { name: 'x/1.jpg', data: 'one' },
        { name: 'x\\2.jpg', data: 'two', method: 'store' },
      ]),
      zipFile('b.zip', [{ name: '../../3.jpg', data: 'three'.repeat(50_000) }]),
      new File(['four'], '4.jpg'),
    ),
  );
  expect(sources.map(({ path, origin }) => [origin, path])).toEqual([
    ['a.zip', 'x/1.jpg'],
    ['a.zip', 'x/2.jpg'],
    ['b.zip', '../../3.jpg'],
    ['', '4.jpg'],
  ]);
  expect(rejected).toEqual([]);
  expect(title).toBe('a.zip, b.zip');
  const [one, two, three, four] = sources;
  for (let again = 0; again < 2; again++) {
    expect(await text(one!.read())).toBe('one');
    expect(await text(two!.read())).toBe('two');
    expect(await text(three!.read())).toBe('three'.repeat(50_000));
    expect(await text(four!.read())).toBe('four');
  }
});

describe('hostile entries are refused one by one, and the others are read', () => {
  const cases: [string, ZipEntry, RegExp][] = [
    ['wrong CRC', { name: 'bad.jpg', data: 'bad', lie: { crc: 1 } }, /checksum/],
    ['encrypted', { name: 'bad.jpg', data: 'bad', lie: { flags: 1 } }, /encrypted/],
    ['unknown method', { name: 'bad.jpg', data: 'bad', method: 93 }, /method that is not supported/],
    ['larger than stated', { name: 'bad.jpg', data: 'x'.repeat(300_000), lie: { size: 100 } }, /unpacks|damaged|size/i],
    ['smaller than stated', { name: 'bad.jpg', data: 'bad', lie: { size: 5000 } }, /unpacks|damaged|size/i],
    ['states 4 GB', { name: 'bad.jpg', data: 'bad', lie: { size: 0xfffffff0 } }, /4\.3 GB unpacked/],
    ['shares bytes', { name: 'bad.jpg', data: 'good', lie: { sameAs: 0 } }, /shares its bytes/],
    ['no deflate data', { name: 'bad.jpg', data: '\x07\x07\x07', method: 8 }, /damaged|cut short/],
  ];
  test.each(cases)('%s', async (_, entry, reason) => {
    const { sources, rejected } = await listSources(
      dropped(zipFile('a.zip', [{ name: 'good.jpg', data: 'good' }, entry])),
    );
    expect(await text(sources[0]!.read())).toBe('good');
    const bad = sources[1];
    if (bad) await expect(bad.read()).rejects.toThrow(reason);
    else expect(rejected).toEqual([{ file: 'a.zip › bad.jpg', reason: expect.stringMatching(reason) }]);
  });

  test('a bomb is cut off at the limit although its stated size is true', async () => {
    const limits = { ...archiveLimits, fileBytes: 1e6 };
    const { sources, rejected } = await listSources(
      dropped(zipFile('a.zip', [{ name: 'b.png', data: new Uint8Array(2e6) }])),
      undefined,
      limits,
    );
    expect(rejected).toEqual([]);
    await expect(sources[0]?.read()).rejects.toThrow('has 2.0 MB unpacked; at most 1.0 MB are read');
  });
});

describe('what cannot be used at all', () => {
  test.each<[string, File[], string]>([
    ['text named .zip', [new File(['no archive'], 'notes.zip')], 'not-a-zip'],
    ['empty file named .zip', [new File([], 'void.zip')], 'not-a-zip'],
    ['an archive without entries', [zipFile('empty.zip', [])], 'empty-archive'],
    ['an archive with folders only', [zipFile('folders.zip', [{ name: 'a/', data: '' }])], 'empty-archive'],
    [
      'half an archive',
      [new File([zipBytes([{ name: 'a.jpg', data: 'a' }]).subarray(0, 40)], 'cut.zip')],
      'unreadable-file',
    ],
  ])('%s', async (_, files, code) => {
    await expect(listSources(dropped(...files))).rejects.toMatchObject({
      code,
      happened: expect.stringContaining(files[0]!.name),
    });
  });

  test.each<[string, string, RegExp]>([
    ['a.7z', '7z\xbc\xaf\x27\x1c', /unpack it and drop the folder/],
    ['a.rar', 'Rar!\x1a\x07', /unpack it and drop the folder/],
    ['renamed.zip', 'Rar!\x1a\x07', /unpack it and drop the folder/],
    ['a.nii.gz', '\x1f\x8b\x08', /unpack it and drop the folder/],
    ['a.tar.bz2', 'BZh9', /unpack it and drop the folder/],
    ['a.tar.xz', '\xfd7zXZ', /unpack it and drop the folder/],
    ['a.tar.zst', '\x28\xb5\x2f\xfd', /unpack it and drop the folder/],
    ['a.z01', 'PK\x07\x08', /zip -s 0 in\.zip --out out\.zip/],
    ['a.zip.001', 'PK\x03\x04', /put its pieces together/],
    ['a.tar.gz.001', '\x1f\x8b\x08', /put its pieces together/],
  ])('%s is told with what to do, alone and among others', async (name, content, remedy) => {
    const file = new File([Uint8Array.from(content, letter => letter.charCodeAt(0))], name);
    await expect(listSources(dropped(file))).rejects.toMatchObject({
      happened: expect.stringContaining(name),
      remedy: expect.stringMatching(remedy),
    });
    const { rejected } = await listSources(dropped(file, new File(['y'], 'a.jpg')));
    expect(rejected).toEqual([{ file: name, reason: expect.stringMatching(remedy) }]);
  });

  test('the last part of a split archive alone', async () => {
    const bytes = zipBytes([{ name: 'a.jpg', data: 'a' }]);
    // Number of this disk, and of that on which the directory begins.
    bytes.set([2, 0, 2, 0], bytes.length - 18);
    await expect(listSources(dropped(new File([bytes], 'a.zip')))).rejects.toMatchObject({
      remedy: expect.stringContaining('zip -s 0 in.zip --out out.zip'),
    });
  });

  test('among others it is one line', async () => {
    const { rejected, sources } = await listSources(dropped(new File(['x'], 'notes.zip'), new File(['y'], 'a.jpg')));
    expect(rejected).toEqual([{ file: 'notes.zip', reason: 'is not a zip archive, whatever its name says' }]);
    expect(sources).toHaveLength(1);
  });
});

test('an entry of 10 MB that inflates to 10 GB costs neither time nor memory, whatever it states', async () => {
  const { packed, size } = deflateBomb();
  expect(packed.length).toBeLessThan(11e6);
  // Larger sizes do not fit in the field without ZIP64.
  const entries = [0xfffffffe, 100e6, 5000].map((stated, i) => ({
    name: `${i}.jpg`,
    data: packed,
    method: 8,
    lie: { size: stated },
  }));
  const begin = performance.now();
  const { sources, rejected } = await listSources(dropped(zipFile('a.zip', entries)));
  expect(rejected).toEqual([]);
  expect(sources).toHaveLength(3);
  await expect(sources[0]?.read()).rejects.toThrow('4.3 GB unpacked');
  for (const source of sources.slice(1)) await expect(source.read()).rejects.toThrow(/^unpacks to /);
  expect(size).toBe(10e9);
  expect(performance.now() - begin).toBeLessThan(10_000);
});

test('100,000 entries are listed', async () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => ({
    name: `x/${i}.jpg`,
    data: '',
    method: 'store' as const,
  }));
  const { sources } = await listSources(dropped(zipFile('a.zip', entries)));
  expect(sources.map(({ path }) => path)).toEqual(entries.map(({ name }) => name));
}, 60_000);

test('names that are no UTF-8 are read some way or other, and still pair', async () => {
  for (const flags of [0, 0x800]) {
    const named = (ending: string) => Uint8Array.from([0xe9, 0xff, 0x80, 0x31, ...new TextEncoder().encode(ending)]);
    const { sources, rejected } = await listSources(
      dropped(
        zipFile('a.zip', [
          { name: named('.jpg'), data: 'one', lie: { flags } },
          { name: named('_segmentation.png'), data: 'two', lie: { flags } },
        ]),
      ),
    );
    expect(rejected).toEqual([]);
    const { pairs } = pairFiles(sources);
    expect(pairs).toHaveLength(1);
    expect(await text(pairs[0]!.mask.read())).toBe('two');
  }
});

describe('Chinese names without the flag for UTF-8', () => {
  /** 病例1 and 病例2 in GBK, as zips of Chinese Windows have them. */
  const inGbk = (ending: string) =>
    [1, 2].map(i => ({
      name: Uint8Array.from([0xb2, 0xa1, 0xc0, 0xfd, ...ascii(`${i}${ending}`)]),
      data: `${ending} ${i}`,
      lie: { flags: 0 },
    }));
  const inUtf8 = (ending: string, flags: number) =>
    [1, 2].map(i => ({
      name: new TextEncoder().encode(`病例${i}${ending}`),
      data: `${ending} ${i}`,
      lie: { flags },
    }));
  const inTar = (ending: string) => inGbk(ending).map(({ name, data }) => ({ name, data }));

  test.each<[string, File, File]>([
    [
      'a zip of images in GBK beside one of masks in UTF-8',
      zipFile('images.zip', inGbk('.jpg')),
      zipFile('masks.zip', inUtf8('.png', 0x800)),
    ],
    ['the other way round', zipFile('images.zip', inUtf8('.jpg', 0x800)), zipFile('masks.zip', inGbk('_mask.png'))],
    [
      'UTF-8 without its flag',
      zipFile('images.zip', inGbk('.jpg')),
      zipFile('masks.zip', inUtf8('_segmentation.png', 0)),
    ],
    ['GBK with the flag for UTF-8', flagged('images.zip', inGbk('.jpg')), zipFile('masks.zip', inUtf8('.png', 0x800))],
    ['a tar of images', tarFile('images.tar', inTar('.jpg')), zipFile('masks.zip', inUtf8('.png', 0x800))],
  ])('%s', async (_, images, masks) => {
    const { sources } = await listSources(dropped(images, masks));
    const { pairs, rejected } = pairFiles(sources);
    expect(rejected).toEqual([]);
    expect(pairs.map(({ id }) => id)).toEqual(['病例1', '病例2']);
    for (const [i, { image, mask }] of pairs.entries()) {
      expect(await text(image.read())).toBe(`.jpg ${i + 1}`);
      expect(await text(mask.read())).toMatch(new RegExp(`png ${i + 1}$`));
    }
  });

  test('a letter whose second byte is a backslash is no folder', async () => {
    // 誠 (0xd55c) beside 病.
    const name = Uint8Array.from([0xd5, 0x5c, 0xb2, 0xa1, ...ascii('.jpg')]);
    const { sources } = await listSources(dropped(zipFile('a.zip', [{ name, data: 'x', lie: { flags: 0 } }])));
    expect(sources.map(({ path }) => path)).toEqual(['誠病.jpg']);
  });

  test('western names of the code page of MS-DOS stay what they are', async () => {
    // Größe, schön, piñón, Ærø.
    const names = [
      [0x47, 0x72, 0x94, 0xe1, 0x65],
      [0x73, 0x63, 0x68, 0x94, 0x6e],
      [0x70, 0x69, 0xa4, 0xa2, 0x6e],
      [0x92, 0x72, 0xed],
    ].map(bytes => ({ name: Uint8Array.from([...bytes, ...ascii('.jpg')]), data: 'x', lie: { flags: 0 } }));
    const { sources } = await listSources(dropped(zipFile('a.zip', names)));
    expect(sources.map(({ path }) => path)).toEqual(['Größe.jpg', 'schön.jpg', 'piñón.jpg', 'Ærφ.jpg']);
  });
});

test('an archive in an archive is a file like any other, and none that can be paired', async () => {
  const inner = zipBytes([{ name: 'x.jpg', data: 'x' }]);
  const { sources } = await listSources(dropped(zipFile('a.zip', [{ name: 'b.zip', data: inner }])));
  const { pairs, rejected } = pairFiles(sources);
  expect(pairs).toEqual([]);
  expect(rejected.map(({ file, reason }) => [file.path, reason])).toEqual([['b.zip', expect.any(String)]]);
});

test('too many entries are refused', async () => {
  const entries = Array.from({ length: 6 }, (_, i) => ({ name: `${i}.jpg`, data: '' }));
  await expect(
    listSources(dropped(zipFile('many.zip', entries)), undefined, { ...archiveLimits, entries: 5 }),
  ).rejects.toMatchObject({ code: 'unreadable-file' });
});

test('a cancelled listing ends at once', async () => {
  await expect(listSources(dropped(zipFile('a.zip', [])), AbortSignal.abort())).rejects.toThrow();
});

test('bit flips and cuts give sources or reasons, never a wrong byte', async () => {
  const contents = new Map(Array.from({ length: 5 }, (_, i) => [`${i}.jpg`, `content ${i} `.repeat(40)]));
  const sound = zipBytes([...contents].map(([name, data], i) => ({ name, data, method: i % 2 ? 'store' : 'deflate' })));
  await fc.assert(
    fc.asyncProperty(fc.nat(sound.length - 1), fc.nat(7), fc.option(fc.nat(sound.length)), async (at, bit, cut) => {
      const bytes = sound.slice(0, cut ?? sound.length);
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      let listing: Awaited<ReturnType<typeof listSources>>;
      try {
        listing = await listSources(dropped(new File([bytes], 'a.zip')));
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'AppError' });
        return;
      }
      for (const source of listing.sources) {
        if (source.origin === '') continue;
        const read = await source.read().then(
          buffer => new TextDecoder().decode(buffer),
          (reason: unknown) => reason,
        );
        // What is read has passed its checksum: it is one of the contents, even where a name was damaged.
        if (typeof read === 'string') expect([...contents.values(), '']).toContain(read);
        else expect(read).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 400 },
  );
}, 30_000);
