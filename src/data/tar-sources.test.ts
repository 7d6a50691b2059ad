import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paxRecord, type TarEntry, tarBytes, tarFile } from '../testing/tars.ts';
import { listSources } from './archive.ts';
import { pairFiles } from './pairing.ts';
import { archiveLimits, type Source } from './source.ts';

const dropped = (...files: File[]) => files.map(file => ({ path: file.name, file }));
const text = async (source: Source | undefined) => new TextDecoder().decode(await source?.read());
const fromBase64 = (packed: string) => new Uint8Array(Buffer.from(packed, 'base64'));

/**
 * Of GNU tar 1.34, by format: `tar --format=… --sort=name -cf … ./set`, with a file behind a long folder, an umlaut, a link, a hard link,
 * an empty file. In v7 the long one does not fit.
 */
const byGnuTar = {
  gnu: 'H4sIAAAAAAACA+2ZTU7DMBBGfRSfIJ5x/LOFfS9hCSuUNmnUpOfhBGwR+16Fg2Blg4iAqiU2VHxPihJll7x84xmnUkMclcgKJby10zkxP0/XbKwxhkhP951zVkgrCnAYxrCXUvxTqsn/ug1NHNRf8c/EtYb/4v5D9dA3efw7Y77yz9qbmX8mR0IS/GfnFoArRYBl6/9djP2Sh7pw/a+pNoz1v4z/St2sdl2zWnebjP3fN+s/6dp/+BbS1+J96v9X8H/l+e9+QJ5eFJT3fyr/ad6b1X+21qH/L8E2lX656yKSgPyrZn98Pj5G+frytGT1PZl/crP53zAz8l/k8dttOIzIAfKf8n//K/t/n+z/GnZeSC6xOYn+//0VD/n8p4nuDP+aOM1/OhSYAeA/+W/DsMn2++eS/z9ENfZ/SvsPVd81mfyfV//Js0f/BwAAAACQgzfqfRahACgAAA==',
  posix:
    'H4sIAAAAAAACA+2ZS07DMBRFPWYVXkHi5y8TBswYsgVLtVKgTaM4lbobVsAUMe9WWAhuQAKZoihtbIh4R4ocZRTn5Pr5U5TedSVJCgsYpfo2ELf9PUglpWSMH54DA60IVSQDW9/ZNrzKFJ382rmZUPT+79a2cr78M/5BCo7+s/u3xX1TpfGvpfzJP3AjI/9caEYoQ//JuUaQmUKQacf/hXPNlFd5Yv0XoCVg/Z+//1u7u3F2oP4zrr75V8YQupuT/5kC+pI2tltepf0R6jM4TEovcKSeY/7fBQ7lP6z3o/wLpjTO/3Ow2tQV3dQOk4D5/yjXC9f6smr3z/tHR19fns7eFBjMv1TR+l+LMCRg/c+AMEfKfyQfi+8/yf+UoR+Tf6aj/CsJgPU/S/fXK7vtMAeY/5D/5a/s/x85/1FSh/U/5DicwP2fz0/s0/k3xozwLwQoQnki5eg/9r+2/iHZ8e8p57+CCdz/ze3fFk1dJfI/bvznHAzO/xAEQVLyBiWrtnYAKAAA',
  ustar:
    'H4sIAAAAAAACA+2YTU7DMBBGfRSfIPHYY3vNUSxhpUCTRk16Hk7QLWLfq3AQ0mxAEai02IZI35OiRFll8jQ/nqoe4liLrKgJb+18n1je52diy8xK6fN7UuSskFYU4DCMYT99SoogPwe3EqrZ/0MbmjjU/8Y/sdHwX9x/qB77Jo9/x/ydf9KeF/61cUpIBf/ZuQNgpQiQtv7fx9invOob+78hx4T+X4LuF/x0WrjQ/6cJYOGfvWa98v6fNbHShb/ddY3cdRGVEPW/bvanl9NzlG+vx5QngYv5r9xi/rdMhPm/SPjtNhxG5AHyf8r/zZ+c/7/Y/1h2XkgqsZzA/ufjFw/5/Hvvr/BvDFkhdSbl8L/034bhKdv695b9r1EG57/S/kPVd00m/9fVf63JY/4DAAAAAAAAgJS8A1bE/eAAKAAA',
  v7: 'H4sIAAAAAAACA+3YQWrDMBAFUB1FJ7BnJiNpnaMIKtw2dTF1cp6coNuQva/Sg9T1pmAaSoKlxuU/MDL2yvp4RlJV92lfm6xoFJybxtF8nO5ZnaoSyfTcB/XGOrMi849biWrK/6mNTerre8mfSXiD/IvnH6vnrskzNV71Uv4sQWf5M3k21iD/7LYAK2Vg2fr/kFK35FXf2P83pCLo/8Xzb96G03BM9uP8vuRK4Jf+//V21v+VWdD/Szi0L/GwRx1E/R///8c/Wf//sP9TcWQsl9icoP5/T3GfL/8QwhX5CwVvrNx55P8n/zb2u2zHP7ec/4z1Auu/0vnHqnttMk3NdfWfghDWfwAAAAAAAAAAS/gEWkqwkwAoAAA=',
};

/** Of the same, with --sparse: 3 MB of nothing but nine letters, and a file after it. Eight parts need a block beside the header. */
const withHoles = {
  gnu: 'H4sIAAAAAAACA+3ZQU7DMBAF0HCTnKCyHTschBNkUSp1VSWtBLcnWKhA5S1tUd/LYqy/cKKxshh5OUzzst3sD7vuz4TVmHOtq981xrqOueScQ0ifeYqpxK5/6a7gtBynue+7m6ldGH92Jp7XMcdmnlJq5sP6XOZPdZ+vljffPoy5uVs9kEZeUmnnZWzmY2jm548K3zoAAAC4R+9aAAAAYH4CAAAwPwEAAJifAAAAzE8AAAAAAAAAd839KQAAgPkJgP/rTQsAAAAAALgB96cAj2l6PW7nzf6w+8N3hNWYc62ry7oqXcwl5xxCqvlzGYauD9dowGk5TnPfP/T5+w0AAB7GB+rb+7EAoAAA',
  posix:
    'H4sIAAAAAAACA+3ZsU7DMBCAYc95ij5BemdfnHroChsL4gEyhKpVC1VSpMLTY9oISmcKRP2/xderLMc+OdIpe3d5kkWzw5idj6KVOrXKzET8IR99bW6y/4Vncy/9runyku46eT+5vXso+23T9W25aVbP3VyLs+zyKWelCHKafWo27XyIV9tFEfT0365t1v3yrZ2HXNnazwqH/6ic5qLdH2p2s1y3pfeh1ulXWS9+/1X1I/52/zWH0U1kTPf/fHMjoVJoilFmhUmKRUh1UH+MqzQTjce4TrPayzFOKZm3Y6x5soRhgoYU6zDMUEtJP39Uqc7VHdYY3gjCOwEAAAAAMBavHAEAAAAA0D8BAAAAAP0TAAAAANA/AQAAAAD9EwAAAAAAAAAAAAD8a3w/BQAAAAD6JwDAeO05AgAAAAAAAADAH+D7KQBcp+Zx13blaru44BqSRbPDmJ2PWeXUKjMT8R95VQnBTeQ3DuCl3zVdfpSf2OTp5sZUf64BAFydd8g6LucAoAAA',
};

describe('archives of GNU tar, plain and gzipped', () => {
  for (const [format, packed] of Object.entries(byGnuTar))
    test.each(['tar', 'tar.gz', 'tgz', 'TAR'])(`${format} as .%s`, async ending => {
      const bytes = fromBase64(packed);
      const file = new File([/gz/.test(ending) ? bytes : new Uint8Array(gunzipSync(bytes))], `set.${ending}`);
      const { sources, rejected, title } = await listSources(dropped(file));
      expect(title).toBe(file.name);
      const long = `set/images/${'deep'.repeat(20)}/${'n'.repeat(60)}.jpg`;
      const contents = new Map([
        ['set/images/a.jpg', 'A'.repeat(700)],
        ...(format === 'v7' ? [] : [[long, 'long one'] as const]),
        ['set/images/größe 中.jpg', 'umlaut'],
        ['set/masks/a.png', ''],
      ]);
      expect(sources.map(({ path }) => path)).toEqual([...contents.keys()]);
      for (let again = 0; again < 2; again++)
        for (const source of sources) {
          expect(source.origin).toBe(file.name);
          expect(source.size).toBe(contents.get(source.path)?.length);
          expect(await text(source)).toBe(contents.get(source.path));
        }
      expect(rejected).toEqual([
        { file: `${file.name} › set/images/h.jpg`, reason: expect.stringMatching(/^is a link, as is 1 more; /) },
      ]);
    });

  for (const [format, packed] of Object.entries(withHoles))
    test(`${format} with a sparse file: it is told, what follows is read`, async () => {
      const { sources, rejected } = await listSources(dropped(new File([fromBase64(packed)], 'a.tar.gz')));
      expect(sources.map(({ path }) => path)).toEqual(['after.jpg']);
      expect(await text(sources[0])).toBe('after');
      expect(rejected).toEqual([
        { file: 'a.tar.gz › sparse.jpg', reason: 'is stored with holes; pack it again without --sparse' },
      ]);
    });
});

describe.each(['a.tar', 'a.tar.gz'])('%s: each way to write a header', name => {
  const list = async (...entries: TarEntry[]) => {
    const { sources } = await listSources(dropped(tarFile(name, [...entries, { name: 'last.jpg', data: 'last' }])));
    expect(await text(sources.at(-1))).toBe('last');
    return Promise.all(sources.slice(0, -1).map(async source => [source.path, await text(source)]));
  };

  test('sizes in base 256, with spaces around, and by pax', async () => {
    const base256 = Uint8Array.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 88]);
    expect(
      await list(
        { name: 'b.jpg', data: 'b'.repeat(600), size: base256 },
        { name: 's.jpg', data: 'spaces', size: '         6 \0' },
        {
          name: 'x',
          type: 'x',
          data: paxRecord('mtime', '1.5') + paxRecord('size', '3') + paxRecord('path', 'p/ä.jpg'),
        },
        { name: 'short', data: 'pax', size: 0 },
      ),
    ).toEqual([
      ['b.jpg', 'b'.repeat(600)],
      ['s.jpg', 'spaces'],
      ['p/ä.jpg', 'pax'],
    ]);
  });

  test('what a pax header says of all entries changes none of them', async () => {
    const all = { name: 'g', type: 'g', data: paxRecord('comment', 'of git') + paxRecord('path', 'no') };
    expect(await list(all, { name: 'a.jpg', data: 'a' })).toEqual([['a.jpg', 'a']]);
  });

  test('folders, devices and labels are passed over; old files have no letter, and others are files', async () => {
    expect(
      await list(
        { name: 'v', type: 'V' },
        { name: 'd/', type: '0' },
        { name: 'c', type: '3' },
        { name: 'old.jpg', type: '\0', data: 'old' },
        { name: 'strange.jpg', type: 'Q', data: 'strange' },
        { name: 'row.jpg', type: '7', data: 'row' },
      ),
    ).toEqual([
      ['old.jpg', 'old'],
      ['strange.jpg', 'strange'],
      ['row.jpg', 'row'],
    ]);
  });

  test('of a name that is there twice the later one counts, as when tar unpacks', async () => {
    const twice = ['old', 'new'].map(data => ({ name: './a.jpg', data }));
    expect(await list(...twice)).toEqual([['a.jpg', 'new']]);
  });
});

test('images in a tar and masks in a tar.gz pair, beside a loose file', async () => {
  const images = tarFile('Training_Input.tar', [{ name: 'Training_Input/1.jpg', data: 'image' }]);
  const masks = tarFile('Training_GroundTruth.tar.gz', [
    { name: 'Training_GroundTruth/1_segmentation.png', data: 'm' },
  ]);
  const loose = new File(['loose'], '2.jpg');
  const { sources, rejected } = await listSources(dropped(images, masks, loose));
  expect(rejected).toEqual([]);
  const { pairs, rejected: alone } = pairFiles(sources);
  expect(pairs.map(({ id }) => id)).toEqual(['1']);
  expect(await text(pairs[0]?.image)).toBe('image');
  expect(alone.map(({ file }) => file.path)).toEqual(['2.jpg']);
});

describe('a tar that cannot be used', () => {
  const sound = [
    { name: 'a.jpg', data: 'a'.repeat(1000) },
    { name: 'b.jpg', data: 'b' },
  ];
  const cut = /is cut short or damaged/;
  const gzipped = gzipSync(tarBytes(sound));
  test.each<[string, File, RegExp]>([
    ['without its end mark', tarFile('x.tar', sound, 0), cut],
    ['cut in an entry', new File([tarBytes(sound).subarray(0, 1100)], 'x.tar'), cut],
    ['cut in a header', new File([tarBytes(sound).subarray(0, 1536 + 100)], 'x.tar'), cut],
    ['a wrong checksum', tarFile('x.tar', [...sound, { name: 'c.jpg', checksum: 1 }]), /its entry 3 is none/],
    ['a size of nonsense', tarFile('x.tar', [{ name: 'c.jpg', size: 'x' }]), cut],
    ['a size beyond all numbers', tarFile('x.tar', [{ name: 'c', size: new Uint8Array(12).fill(255) }]), cut],
    ['a size beyond the end', tarFile('x.tar', [{ name: 'c', size: 1e9 }]), cut],
    ['a name of a gigabyte', tarFile('x.tar', [{ name: 'c', type: 'L', size: 1e9 }]), /more than a million letters/],
    ['broken pax attributes', tarFile('x.tar', [{ name: 'c', type: 'x', data: '99 path=a\n' }]), /attributes/],
    ['too many entries', tarFile('x.tar', sound), /has more than 1 entries/],
    ['gzip that is cut', new File([gzipped.subarray(0, -20)], 'x.tar.gz'), cut],
    ['gzip that is cut to its header', new File([gzipped.subarray(0, 12)], 'x.tgz'), cut],
    ['a wrong checksum of gzip', new File([gzipped.with(-8, gzipped.at(-8)! ^ 1)], 'x.tar.gz'), cut],
    ['tar.gz without its end mark', tarFile('x.tar.gz', sound, 0), cut],
  ])('%s', async (what, file, reason) => {
    const limits = { ...archiveLimits, ...(what === 'too many entries' ? { entries: 1 } : {}) };
    await expect(listSources(dropped(file), undefined, limits)).rejects.toMatchObject({
      code: 'unreadable-file',
      happened: expect.stringMatching(reason),
    });
    const { rejected, sources } = await listSources(dropped(file, new File(['y'], 'a.jpg')), undefined, limits);
    expect(sources.map(({ path }) => path)).toEqual(['a.jpg']);
    expect(rejected).toEqual([{ file: file.name, reason: expect.stringMatching(reason) }]);
  });

  test.each(['x.tar', 'x.tar.gz'])('an empty %s', async name => {
    for (const entries of [[], [{ name: 'd/', type: '5' }]])
      await expect(listSources(dropped(tarFile(name, entries)))).rejects.toMatchObject({ code: 'empty-archive' });
  });

  test.each([
    ['x.tar', 'no tar'],
    ['x.tgz', 'no gzip'],
    ['x.tar.gz', 'no gzip'],
  ])('text named %s', async (name, content) => {
    await expect(listSources(dropped(new File([content], name)))).rejects.toMatchObject({
      code: 'not-a-zip',
      happened: expect.stringMatching(/^x\..* is not a (tar|gzip) archive, whatever its name says$/),
    });
  });

  test('a gzip of something else', async () => {
    const file = new File([new Uint8Array(gzipSync('volume'.repeat(200)))], 'brain.nii.gz');
    await expect(listSources(dropped(file))).rejects.toMatchObject({
      happened: 'brain.nii.gz is a gzip archive, which is not read here',
      remedy: 'unpack it and drop the folder',
    });
  });
});

test('an archive is known by what it holds, not by its name', async () => {
  const plain = new File([tarBytes([{ name: 'p.jpg', data: 'p' }])], 'plain.tgz');
  const gzipped = new File([new Uint8Array(gzipSync(tarBytes([{ name: 'g.jpg', data: 'g' }])))], 'gzipped.tar');
  const unnamed = new File([tarBytes([{ name: 'u.jpg', data: 'u' }])], 'download');
  const { sources, rejected } = await listSources(dropped(plain, gzipped, unnamed));
  expect(rejected).toEqual([]);
  expect(await Promise.all(sources.map(text))).toEqual(['p', 'g', 'u']);
});

describe('limits', () => {
  test.each(['x.tar', 'x.tar.gz'])('an entry that is too large is told when it is wanted, in a %s', async name => {
    const limits = { ...archiveLimits, fileBytes: 1000 };
    const entries = [
      { name: 'large.jpg', data: 'x'.repeat(1001) },
      { name: 'b.jpg', data: 'b' },
    ];
    const { sources, rejected } = await listSources(dropped(tarFile(name, entries)), undefined, limits);
    expect(rejected).toEqual([]);
    await expect(sources[0]?.read()).rejects.toThrow('has 1.0 kB unpacked; at most 1.0 kB are read');
    expect(await text(sources[1])).toBe('b');
  });

  test('of a tar.gz only pictures and tables are kept; the others are still counted', async () => {
    const entries = [
      { name: 'notes.txt', data: 'n'.repeat(5000) },
      { name: 'images/1.jpg', data: 'one' },
      { name: 'meta.csv', data: 'a,b' },
      { name: '.hidden/1.jpg', data: 'h'.repeat(5000) },
      { name: 'masks/1.tif', data: 'mask' },
    ];
    const limits = { ...archiveLimits, keptBytes: 100 };
    const { sources } = await listSources(dropped(tarFile('x.tar.gz', entries)), undefined, limits);
    expect(sources.map(({ path, size }) => [path, size])).toEqual(entries.map(({ name, data }) => [name, data.length]));
    const read = await Promise.allSettled(sources.map(text));
    expect(read.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : null))).toEqual([
      ...[null, 'one', 'a,b', null, 'mask'],
    ]);
    const { pairs, skipped } = pairFiles(sources);
    expect([pairs.length, skipped.length]).toEqual([1, 3]);
  });

  test('what is kept of all tar.gz together is bounded', async () => {
    const one = (name: string) => tarFile(name, [{ name: 'a.jpg', data: 'x'.repeat(600) }]);
    const limits = { ...archiveLimits, keptBytes: 1000 };
    const { sources, rejected } = await listSources(dropped(one('x.tgz'), one('y.tgz')), undefined, limits);
    expect(sources).toHaveLength(1);
    expect(rejected).toEqual([
      {
        file: 'y.tgz',
        reason: expect.stringMatching(/^unpacks to more than 1\.0 kB of images and tables; unpack it with gunzip/),
      },
    ]);
  });

  test('a gzip bomb ends with one sentence: at once by what its entries state, or as soon as it has inflated too far', async () => {
    const honest = tarFile('x.tar.gz', [{ name: 'bomb.bin', size: '77777777777' }]);
    const many = Array.from({ length: 2000 }, (_, i) => ({ name: `${i}.txt`, data: new Uint8Array(100_000) }));
    const zeros = Buffer.concat([tarBytes([{ name: 'a.jpg', data: 'a' }]), Buffer.alloc(200e6)]);
    const files = [honest, tarFile('x.tar.gz', many), new File([new Uint8Array(gzipSync(zeros))], 'x.tar.gz')];
    for (const [i, file] of files.entries()) {
      expect(file.size).toBeLessThan(1e6);
      const begin = performance.now();
      // The first states 8.6 GB.
      const limits = { ...archiveLimits, inflatedBytes: i === 0 ? 8e9 : 20e6 };
      await expect(listSources(dropped(file), undefined, limits)).rejects.toMatchObject({
        happened: expect.stringMatching(/^x\.tar\.gz unpacks to more than (8\.0 GB|20 MB)$/),
        remedy: expect.stringMatching(/gunzip/),
      });
      expect(performance.now() - begin).toBeLessThan(5000);
    }
  });

  test('cancelled while it inflates', async () => {
    const abort = new AbortController();
    const file = tarFile('x.tar.gz', [{ name: 'a.txt', data: new Uint8Array(100e6) }]);
    const listing = listSources(dropped(file), abort.signal);
    setTimeout(() => abort.abort(), 5);
    await expect(listing).rejects.toThrow(/abort/i);
  });
});

test('a plain tar is not read, but for its headers: 20,000 entries in few reads, large ones in short ones', async () => {
  const reads: number[] = [];
  const watched = (bytes: Blob) =>
    new Proxy(bytes as File, {
      get(file, key) {
        if (key !== 'slice') return Reflect.get(file, key, file);
        return (start: number, end: number) => {
          const part = file.slice(start, end);
          reads.push(part.size);
          return part;
        };
      },
    });
  const small = tarBytes(Array.from({ length: 20_000 }, (_, i) => ({ name: `${i}.jpg`, data: 'x' })));
  const { sources } = await listSources([{ path: 'x.tar', file: watched(new File([small], 'x.tar')) }]);
  expect(sources).toHaveLength(20_000);
  expect(reads.length).toBeLessThan(50);
  reads.length = 0;
  const large = tarBytes(Array.from({ length: 40 }, (_, i) => ({ name: `${i}.jpg`, data: new Uint8Array(2e6) })));
  const listing = await listSources([{ path: 'x.tar', file: watched(new File([large], 'x.tar')) }]);
  expect(listing.sources).toHaveLength(40);
  expect(reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(2e6);
  expect((await listing.sources[39]?.read())?.byteLength).toBe(2e6);
});

test.each(['x.tar', 'x.tar.gz'])('%s: bit flips and cuts give sources or reasons, never anything else', async name => {
  const contents = Array.from({ length: 5 }, (_, i) => `content ${i} `.repeat(60));
  const tar = tarBytes(contents.map((data, i) => ({ name: `${i}.jpg`, data })));
  const sound = /gz$/.test(name) ? new Uint8Array(gzipSync(tar)) : tar;
  await fc.assert(
    fc.asyncProperty(fc.nat(sound.length - 1), fc.nat(7), fc.option(fc.nat(sound.length)), async (at, bit, cut) => {
      const bytes = sound.slice(0, cut ?? sound.length);
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      try {
        const { sources } = await listSources(dropped(new File([bytes], name)));
        for (const source of sources) {
          if (source.origin === '') continue;
          const read = await text(source);
          // gzip has a checksum; a tar has none for contents, but its headers' keeps every content in its place.
          if (/gz$/.test(name)) expect(contents).toContain(read);
          else expect(contents.map(content => content.length)).toContain(read.length);
        }
      } catch (thrown) {
        expect(thrown).toMatchObject({ name: 'AppError' });
      }
    }),
    { numRuns: 300 },
  );
});
