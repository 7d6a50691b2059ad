import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinNamed, readImageTable, tableFacts } from './metadata-csv.ts';

test('HAM10000’s table: lesions are groups, the rest is kept', () => {
  const table = readImageTable(
    'lesion_id,image_id,dx,dx_type,age,sex,localization\r\nHAM_1,ISIC_1,bkl,histo,80.0,male,scalp\r\nHAM_1,ISIC_2,bkl,histo,80.0,male,"scalp, left"\r\nHAM_2,ISIC_3,nv,histo,,female,back\r\n',
  );
  const { groupNames, metadata } = tableFacts(table ? [table] : [], ['isic_2', 'ISIC_1', 'ISIC_3', 'ISIC_9']);
  expect(groupNames).toEqual(['lesion HAM_1', 'lesion HAM_1', 'lesion HAM_2', '']);
  expect({ ...metadata }).toEqual({
    dx: ['bkl', 'bkl', 'nv', ''],
    dx_type: ['histo', 'histo', 'histo', ''],
    age: ['80.0', '80.0', '', ''],
    sex: ['male', 'male', 'female', ''],
    localization: ['scalp, left', 'scalp', 'back', ''],
  });
});

test('the ISIC archive’s table: a lesion’s images follow it to its patient', () => {
  const table = readImageTable(
    '\uFEFF"isic_id";"patient_id";"lesion_id";"age_approx"\nISIC_1;IP_1;IL_1;50\nISIC_2;;IL_1;50\nISIC_3;IP_1;;\nISIC_4;;IL_4;\n',
  );
  expect(tableFacts(table ? [table] : [], ['ISIC_1', 'ISIC_2', 'ISIC_3', 'ISIC_4']).groupNames).toEqual([
    'patient IP_1',
    'patient IP_1',
    'patient IP_1',
    'lesion IL_4',
  ]);
});

test.each(['', 'a,b\n1,2\n', 'image', '"""', '\n\n', 'x'.repeat(1000)])('%j says nothing of any image', text => {
  expect([null, 0]).toContain(readImageTable(text)?.rows.size ?? null);
});

test('no text makes it fail or hang', () => {
  fc.assert(fc.property(fc.string(), text => void readImageTable(`image_id,lesion_id\n${text}`)));
});

test('those of one name are together, and so are those together before; nothing else is', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(8), fc.constantFrom('', 'a', 'b', 'c')), { maxLength: 15 }), list => {
      const joined = joinNamed(
        list.map(([group]) => group),
        list.map(([, name]) => name),
      );
      // All that can be reached, step by step.
      const together = list.map((_, i) => new Set([i]));
      for (let step = 0; step < list.length; step++)
        for (const set of together)
          for (const i of [...set])
            for (const [j, [group, name]] of list.entries())
              if (list[i]?.[0] === group || (name !== '' && list[i]?.[1] === name)) set.add(j);
      for (const [i, set] of together.entries())
        for (const j of list.keys()) expect(joined[i] === joined[j]).toBe(set.has(j));
    }),
  );
});
