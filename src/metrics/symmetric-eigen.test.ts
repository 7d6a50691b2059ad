import fc from 'fast-check';
import { expect, test } from 'vitest';
import { symmetricEigen } from './symmetric-eigen.ts';

test('the matrix is put together again from unit vectors at right angles', () => {
  const sizes = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      sizes.chain(n =>
        fc.tuple(
          fc.constant(n),
          fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: n * n, maxLength: n * n }),
        ),
      ),
      ([n, given]) => {
        const matrix = Float64Array.from(given, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return given[Math.min(i, j) * n + Math.max(i, j)]!;
        });
        const { values, vectors } = symmetricEigen(matrix, n);
        for (let i = 0; i < n; i++) {
          if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!);
          for (let j = 0; j < n; j++) {
            let [inner, rebuilt] = [0, 0];
            for (let k = 0; k < n; k++) {
              inner += vectors[i * n + k]! * vectors[j * n + k]!;
              rebuilt += values[k]! * vectors[k * n + i]! * vectors[k * n + j]!;
            }
            expect(inner).toBeCloseTo(i === j ? 1 : 0, 9);
            expect(rebuilt).toBeCloseTo(matrix[i * n + j]!, 8);
          }
        }
      },
    ),
  );
});

test('known ones: [[2, 1], [1, 2]] has 3 and 1', () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
  expect([...values].map(value => Math.round(value * 1e12) / 1e12)).toEqual([3, 1]);
  expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12);
  expect(vectors[0]! * vectors[1]!).toBeCloseTo(0.5, 12);
  expect(vectors[2]! * vectors[3]!).toBeCloseTo(-0.5, 12);
});
