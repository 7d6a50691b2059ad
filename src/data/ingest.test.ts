import { describe, expect, test } from 'vitest';
import type { Colour, DatasetSummary, IngestProgress, MaskQuestion } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import type { Preparation } from '../protocol/preparation.ts';
import { type ZipEntry, zipFile } from '../testing/archives.ts';
import type { Decoder } from './decode.ts';
import { type IngestParts, ingest } from './ingest.ts';
import { FileRejection } from './rejection.ts';

const SIZE = 2;
const PLAIN: Preparation = { size: SIZE, framing: 'squeeze', constancy: false };

/** Pairs named P00, P01, … whose image and mask say who they are. */
function pairEntries(count: number, image = (i: number) => `image ${i}`): ZipEntry[] {
  return Array.from({ length: count }, (_, i) => String(i).padStart(2, '0')).flatMap((name, i) => [
    { name: `in/P${name}.jpg`, data: image(i) },
    { name: `gt/P${name}_segmentation.png`, data: `mask ${i}` },
  ]);
}

interface Written {
  readonly records: string[];
  published: DatasetSummary | null;
  discarded: boolean;
}

/** "Decodes" by length, each pair after another delay, so that they finish out of order. */
function setUp(overrides: Partial<IngestParts> = {}, decode?: Decoder['decode']) {
  const written: Written = { records: [], published: null, discarded: false };
  const progress: IngestProgress[] = [];
  const asked: MaskQuestion[] = [];
  let time = 0;
  let inFlight = 0;
  const peak = { value: 0 };
  const decoder: Decoder = {
    width: 4,
    async decode(image, mask, preparation, signal) {
      peak.value = Math.max(peak.value, ++inFlight);
      try {
        if (decode) return await decode(image, mask, preparation, signal);
        const number = Number(new TextDecoder().decode(image).split(' ')[1]);
        await new Promise(resolve => setTimeout(resolve, (number * 7) % 5));
        const sides = { width: 10 + number, height: 20 };
        return {
          image: new Uint8Array(SIZE * SIZE * 3).fill(number),
          mask: new Uint8Array(SIZE * SIZE).fill(1),
          ownMask: new Uint8Array(3),
          ...sides,
        };
      } finally {
        inFlight--;
      }
    },
    dispose() {},
  };
  const parts: IngestParts = {
    decoder,
    createSink: async () => ({
      append: image => void written.records.push(String(image[0])),
      ready: async () => {},
      async publish(summary) {
        written.published = summary;
      },
      async discard() {
        written.discarded = true;
      },
    }),
    onProgress: event => void progress.push(event),
    onMaskQuestion: question => void asked.push(question),
    now: () => (time += 30),
    signal: new AbortController().signal,
    ...overrides,
  };
  return { parts, written, progress, peak, asked };
}

const dropped = (...files: File[]) => files.map(file => ({ path: file.name, file }));

test('writes the records in the order of ids, however they finish, and publishes once', async () => {
  const { parts, written, peak, progress } = setUp();
  const { summary } = await ingest(dropped(zipFile('a.zip', pairEntries(40))), PLAIN, parts);
  expect(written.records).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
  expect(written.published).toBe(summary);
  expect(summary).toMatchObject({ size: SIZE, rejected: [], skipped: 0, bytes: 40 * (16 + 3), source: 'a.zip' });
  expect(summary.ids).toEqual([...summary.ids].sort());
  expect(new Set(summary.groups).size).toBe(40);
  expect(peak.value).toBeLessThanOrEqual(6);
  expect(progress.at(0)?.phase).toBe('listing');
  expect(progress.filter(event => event.phase === 'decoding').at(-1)).toMatchObject({ done: 40, total: 40 });
  expect(progress.some(event => event.secondsLeft !== undefined)).toBe(true);
});

test('the hash depends on contents and ids, not on packing or size; equal images share a group', async () => {
  const { summary: one } = await ingest(dropped(zipFile('a.zip', pairEntries(12))), PLAIN, setUp().parts);
  const { summary: other } = await ingest(
    dropped(zipFile('b.zip', [...pairEntries(12)].reverse())),
    PLAIN,
    setUp().parts,
  );
  expect(other.hash).toBe(one.hash);
  expect(other.cacheId).toBe(one.cacheId);
  const framed = { ...PLAIN, framing: 'crop', constancy: true } as const;
  const { summary: prepared } = await ingest(dropped(zipFile('a.zip', pairEntries(12))), framed, setUp().parts);
  expect(prepared).toMatchObject({ hash: one.hash, ...framed, cacheId: `${one.cacheId}-crop-grey` });
  const { summary: changed } = await ingest(
    dropped(
      zipFile(
        'a.zip',
        pairEntries(12, i => `image ${i % 11}`),
      ),
    ),
    PLAIN,
    setUp().parts,
  );
  expect(changed.hash).not.toBe(one.hash);
  expect(changed.groups[11]).toBe(changed.groups[0]);
  expect(new Set(changed.groups).size).toBe(11);
});

test('a pair that fails is one line that names both files, and the rest goes on', async () => {
  const entries = pairEntries(14);
  entries[2] = { name: 'in/P01.jpg', data: 'image 1', lie: { crc: 5 } };
  const { parts, written } = setUp();
  const { decode } = parts.decoder;
  const decoder: Decoder = {
    ...parts.decoder,
    decode: (image, mask, preparation, signal) =>
      new TextDecoder().decode(mask ?? undefined) === 'mask 3'
        ? Promise.reject(new FileRejection('mask', 'is too dark'))
        : decode(image, mask, preparation, signal),
  };
  const { summary } = await ingest(dropped(zipFile('a.zip', entries)), PLAIN, { ...parts, decoder });
  expect(summary.ids).toHaveLength(12);
  expect(written.records).not.toContain('1');
  expect(summary.rejected).toEqual([
    { file: 'a.zip › gt/P03_segmentation.png', reason: 'is too dark (left out together with P03.jpg)' },
    {
      file: 'a.zip › in/P01.jpg',
      reason: 'is damaged: its checksum does not match (left out together with P01_segmentation.png)',
    },
  ]);
});

test('masks whose colours do not say which is the lesion are asked about once, by the colours of most', async () => {
  const { parts, asked } = setUp();
  const { decode } = parts.decoder;
  const [red, nearlyRed, green, blue] = [
    [255, 0, 0, 255],
    [250, 3, 0, 255],
    [0, 255, 0, 255],
    [0, 0, 255, 255],
  ] as [Colour, Colour, Colour, Colour];
  const odd: Record<string, [Colour, Colour]> = {
    ...{ 'mask 1': [red, blue], 'mask 2': [red, green], 'mask 3': [green, nearlyRed] },
  };
  const decoder: Decoder = {
    ...parts.decoder,
    decode(image, mask, preparation, signal) {
      const colours = odd[new TextDecoder().decode(mask ?? undefined)];
      return colours
        ? Promise.reject(new FileRejection('mask', 'has two colours', { fault: 'colours', colours }))
        : decode(image, mask, preparation, signal);
    },
  };
  const { summary } = await ingest(dropped(zipFile('a.zip', pairEntries(14))), PLAIN, { ...parts, decoder });
  expect(summary.rejected).toHaveLength(3);
  expect(asked).toMatchObject([{ count: 2 }]);
  // Whichever of the two masks came first gives the shade.
  const nearest = asked[0]?.colours.map(colour => (colour[0] > colour[1] ? red : green).join());
  expect(new Set(nearest)).toEqual(new Set([red.join(), green.join()]));
  // Too few to be a data set without them: asked all the same.
  const few = setUp();
  await expect(
    ingest(dropped(zipFile('a.zip', pairEntries(11))), PLAIN, { ...few.parts, decoder }),
  ).rejects.toMatchObject({ code: 'unusable-pairs', remedy: expect.stringContaining('which of the two colours') });
  expect(few.asked).toHaveLength(1);
});

test('of several files for one id the next is taken where the first cannot be read, and each is told', async () => {
  const entries: ZipEntry[] = [
    ...pairEntries(10),
    // Before P03.jpg and P04_segmentation.png by name; damaged.
    { name: 'in/P03.bmp', data: 'image 99', lie: { crc: 5 } },
    { name: 'gt/P04_segmentation.bmp', data: 'mask 98', lie: { crc: 5 } },
    { name: 'in/P05.bmp', data: 'image 55' },
  ];
  const again = pairEntries(10);
  const broken = entries.map(entry => (entry.name === 'in/P07.jpg' ? { ...entry, lie: { crc: 5 } } : entry));
  const { parts, written } = setUp();
  const { summary } = await ingest(dropped(zipFile('a.zip', broken), zipFile('b.zip', again)), PLAIN, parts);
  expect(summary.ids).toHaveLength(10);
  expect(written.records).toEqual(['0', '1', '2', '3', '4', '55', '6', '7', '8', '9']);
  const reason = (file: string) => summary.rejected.filter(line => line.file === file).map(line => line.reason);
  expect(reason('a.zip › in/P03.bmp')).toEqual([
    'is damaged: its checksum does not match (a.zip › in/P03.jpg is used)',
  ]);
  expect(reason('a.zip › gt/P04_segmentation.bmp')).toEqual([
    'is damaged: its checksum does not match (a.zip › gt/P04_segmentation.png is used)',
  ]);
  expect(reason('a.zip › in/P05.jpg')).toEqual(['another image has the same id; a.zip › in/P05.bmp is used']);
  expect(reason('a.zip › in/P07.jpg')).toEqual([
    'is damaged: its checksum does not match (b.zip › in/P07.jpg is used)',
  ]);
  // Its sound mask stays unused with it.
  expect(reason('a.zip › gt/P07_segmentation.png')).toEqual([
    'another mask has the same id; b.zip › gt/P07_segmentation.png is used',
  ]);
});

test('the folders’ division and a table’s groups come along', async () => {
  const entries = pairEntries(12).map(entry => ({
    ...entry,
    name: `${/P(0[0-7])/.test(String(entry.name)) ? 'train' : 'test'}/${entry.name}`,
  }));
  const table = {
    name: 'meta.csv',
    data: 'lesion_id,image_id,dx\nL,P00,nv\nL,P09,nv\nM,P03,mel\n',
  };
  const { summary } = await ingest(dropped(zipFile('a.zip', [...entries, table])), PLAIN, setUp().parts);
  const at = (id: string) => summary.ids.indexOf(id);
  expect(summary.givenParts?.[at('P07')]).toBe('train');
  expect(summary.givenParts?.[at('P08')]).toBe('test');
  expect(summary.groups[at('P00')]).toBe(summary.groups[at('P09')]);
  expect(new Set(summary.groups).size).toBe(11);
  expect(summary.groupNames?.[at('P03')]).toBe('lesion M');
  expect(summary.metadata?.dx?.[at('P09')]).toBe('nv');
});

describe('nothing is published when', () => {
  test.each([
    ['nothing pairs', [{ name: 'a.jpg', data: '1' }], 'no-pairs'],
    ['there are nine pairs', pairEntries(9), 'too-few-pairs'],
  ])('%s', async (_, entries, code) => {
    const { parts, written } = setUp();
    await expect(ingest(dropped(zipFile('a.zip', entries)), PLAIN, parts)).rejects.toMatchObject({ code });
    expect(written.published).toBeNull();
  });

  test('too few are left after decoding: the error gives number and reasons', async () => {
    const { parts, written } = setUp({}, async image => {
      if (new TextDecoder().decode(image) !== 'image 4') throw new FileRejection('image', 'does not decode');
      return { image: new Uint8Array(12), mask: new Uint8Array(4), ownMask: new Uint8Array(), width: 2, height: 2 };
    });
    await expect(ingest(dropped(zipFile('a.zip', pairEntries(12))), PLAIN, parts)).rejects.toMatchObject({
      code: 'unusable-pairs',
      remedy: 'save the files as JPEG or PNG anew',
      happened: expect.stringMatching(/Only 1 of the 12 pairs .*P\d\d\.jpg does not decode.*and 8 more/),
    });
    expect(written).toMatchObject({ published: null, discarded: true });
  });

  test('it is cancelled midway', async () => {
    const abort = new AbortController();
    const { parts, written } = setUp({ signal: abort.signal });
    const onProgress = (event: IngestProgress) => {
      if (event.done === 5) abort.abort();
    };
    await expect(
      ingest(dropped(zipFile('a.zip', pairEntries(60))), PLAIN, { ...parts, onProgress, now: steps() }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(written).toMatchObject({ published: null, discarded: true });
    expect(written.records.length).toBeLessThan(60);
  });

  test('the disk fills up midway: all lanes end and the error is the disk’s', async () => {
    const { parts } = setUp();
    let appended = 0;
    let discarded = false;
    const createSink = async () => ({
      ready: async () => {},
      append() {
        if (++appended > 7) throw new AppError('storage-full', 'no room', 'make some');
      },
      publish: () => Promise.reject(new Error('must not be published')),
      async discard() {
        discarded = true;
      },
    });
    await expect(
      ingest(dropped(zipFile('a.zip', pairEntries(60))), PLAIN, { ...parts, createSink }),
    ).rejects.toMatchObject({ code: 'storage-full' });
    expect(discarded).toBe(true);
    expect(appended).toBe(8);
  });
});

function steps(): () => number {
  let time = 0;
  return () => (time += 1000);
}
