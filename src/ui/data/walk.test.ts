import { expect, test } from 'vitest';
import { sourceFiles, walkEntries } from './walk.ts';

function fileEntry(fullPath: string): FileSystemEntry {
  const file = new File(['x'], fullPath.split('/').at(-1) ?? '');
  return { isFile: true, isDirectory: false, fullPath, file: (done: (file: File) => void) => done(file) } as never;
}

/** Gives its children in portions, as browsers do. */
function folder(fullPath: string, children: FileSystemEntry[], portion = 100): FileSystemEntry {
  const createReader = () => {
    let at = 0;
    return {
      readEntries: (done: (entries: FileSystemEntry[]) => void) => {
        done(children.slice(at, at + portion));
        at += portion;
      },
    };
  };
  return { isFile: false, isDirectory: true, fullPath, createReader } as never;
}

test('files of nested folders keep their paths, and none past the first portion is lost', async () => {
  const many = Array.from({ length: 250 }, (_, i) => fileEntry(`/set/images/${i}.jpg`));
  const root = folder('/set', [folder('/set/images', many), folder('/set/empty', []), fileEntry('/set/notes.txt')]);
  const found = await walkEntries([root, fileEntry('/loose.zip')]);
  expect(found).toHaveLength(252);
  expect(found[0]?.path).toBe('set/images/0.jpg');
  expect(found[249]?.path).toBe('set/images/249.jpg');
  expect(found.slice(250).map(({ path }) => path)).toEqual(['set/notes.txt', 'loose.zip']);
});

test('a folder that cannot be read is an error, not silence', async () => {
  const broken = {
    isFile: false,
    isDirectory: true,
    fullPath: '/broken',
    createReader: () => ({ readEntries: (_: unknown, fail: (e: Error) => void) => fail(new Error('gone')) }),
  } as never;
  await expect(walkEntries([broken])).rejects.toThrow('gone');
});

test('files of an input have their folder path, or their name', () => {
  const inFolder = Object.assign(new File([''], 'a.jpg'), { webkitRelativePath: 'set/a.jpg' });
  expect(sourceFiles([inFolder, new File([''], 'b.zip')]).map(({ path }) => path)).toEqual(['set/a.jpg', 'b.zip']);
});
