import { expect, test } from 'vitest';
import { faultTally } from './faults.ts';
import { type Fault, FileRejection } from './rejection.ts';

const noted = (...faults: readonly Fault[]) => {
  const tally = faultTally();
  for (const fault of faults) tally.note(new FileRejection('mask', 'is so', { fault }));
  return tally;
};

test('the advice follows from the commonest fault', () => {
  expect(noted().remedy()).toBeUndefined();
  expect(noted('format').remedy()).toMatch(/JPEG or PNG/);
  expect(noted('format', 'values', 'values').remedy()).toMatch(/0 for skin and 255 for the lesion/);
  expect(noted('sides', 'sides', 'container').remedy()).toMatch(/width and height of its image/);
  expect(noted('container').remedy()).toMatch(/unpack the archive/);
  expect(noted('values').question()).toBeNull();
});
