import type { Address } from '../../kernels/cpu-kernels.ts';
import type { View } from '../../kernels/dispatch.ts';

/** Of a view's first value. */
export function address(view: View): Address {
  return { slot: view.slot, bytes: view.offset * 4 };
}
