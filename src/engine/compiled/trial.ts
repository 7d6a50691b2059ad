/** One variant of a kernel on tensors of its own, to be timed. Pure. */
import { convDispatches } from '../../kernels/conv/conv.ts';
import { filterGradientDispatches } from '../../kernels/conv/filter-gradient.ts';
import { joinedAtOnce } from '../../kernels/conv/partial-sums.ts';
import type { Dispatch, Slot, View } from '../../kernels/dispatch.ts';
import { normMoments } from '../../kernels/instance-norm/instance-norm.ts';
import { NORM_EPSILON } from '../../network/graph.ts';
import type { Question, Tile } from './questions.ts';

/** A variant's dispatches on tensors of their own, and the slot that they write last. */
export function trial({ kind, question }: Question, tile: Tile): { dispatches: readonly Dispatch[]; result: Slot } {
  const { side, batch, stored } = question;
  const slot = (name: string, values: number): Slot => ({ name, bytes: Math.ceil(values / 4) * 16, persistent: true });
  const tensor = (name: string, of: number, channels: number): View => ({
    slot: slot(name, (batch * of * of * channels) / (stored === 'f16' ? 2 : 1)),
    batch,
    side: of,
    channels,
    stride: channels,
    offset: 0,
    stored,
  });
  if (kind === 'sums' && 'strips' in tile) {
    const { channels } = question;
    const result = slot('moments', 2 * batch * channels);
    const dispatches = normMoments(
      {
        label: 'trial',
        input: tensor('input', side, channels),
        parameters: result,
        gammaAt: 0,
        betaAt: 0,
        epsilon: NORM_EPSILON,
        slope: 1,
        moments: { slot: result, at: 0, stride: channels },
        scratch: bytes => slot('chunks', bytes / 4),
      },
      tile,
    );
    return { dispatches, result };
  }
  if (kind === 'sums') throw new Error('a tile of another kind');
  const { kernel, stride, inputs, outputs } = question;
  const output = tensor('output', side, outputs);
  const weights = slot('weights', kernel * kernel * inputs * outputs);
  if (kind === 'conv' && 'pixels' in tile) {
    const { form } = question;
    const sourceSide = form === 'plain' ? side * stride : Math.ceil(side / 2);
    const input = tensor('input', sourceSide, inputs);
    const pad = form === 'dilated' || kernel === 1 || (kernel === 3 && stride === 2) ? 0 : 1;
    const args = { label: 'trial', form, kernel, stride, pad, input, output, weights, weightsAt: 0, tile };
    return { dispatches: convDispatches(args), result: output.slot };
  }
  if (kind === 'filter' && 'splits' in tile) {
    const { upsampled } = question;
    const input = tensor('input', upsampled ? side / 2 : side * stride, inputs);
    const dispatches = filterGradientDispatches({
      label: 'trial',
      kernel,
      stride,
      pad: kernel === 1 || stride === 2 ? 0 : 1,
      upsampled,
      input,
      gradient: output,
      result: weights,
      to: 0,
      tile,
      partials: joinedAtOnce(bytes => slot('partial sums', bytes / 4)),
    });
    return { dispatches, result: weights };
  }
  throw new Error('a tile of another kind');
}
