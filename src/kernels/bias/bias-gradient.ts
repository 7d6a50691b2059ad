/** Host side of bias-gradient.wgsl. */
import { type Dispatch, read, SHAPE, type Slot, type View, write } from '../dispatch.ts';
import { expand } from '../template.ts';
import source from './bias-gradient.wgsl?raw';

/** Sum of `gradient` over all pixels into `result` from value `to`. */
export function biasGradientDispatch(
  label: string,
  gradient: View,
  result: Slot,
  to: number,
  { lanes, strips }: { readonly lanes: number; readonly strips: number },
): Dispatch {
  return {
    label,
    code: expand(source, { constants: { LANES: lanes, STRIPS: strips }, flags: { shared: strips > 1 } }),
    bindings: [SHAPE, read(gradient.slot), write(result)],
    words: [gradient.batch * gradient.side * gradient.side, gradient.channels, gradient.stride, gradient.offset, to],
    workgroups: [Math.ceil(gradient.channels / lanes), 1],
    flops: 0,
  };
}
