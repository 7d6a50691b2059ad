// All kernels of the CPU engine behind one function: kernel number, address of its shape, which chunk, and bytes of its thread's own. The
// numbers are those of the list in cpu-kernels.ts, whose test holds the two together. One memory is imported, shared among threads.
import { adam, AdamShape, squares } from './adam/adam';
import { augmentImages, augmentMasks, AugmentShape } from './augmentation/augment';
import { biasGradient, BiasShape, joinBiasGradient } from './bias/bias-gradient';
import { channelMeans, ChannelMeansShape } from './channel-means/channel-means';
import { conv, ConvShape } from './conv/conv';
import { filterGradient, FilterGradientShape } from './conv/filter-gradient';
import { joinFilterGradient, JoinShape } from './conv/join-filter-gradient';
import { PackShape, packWeights } from './conv/pack-weights';
import {
  normApply,
  normGradient,
  normMoments,
  normMomentsOfChunks,
  normParameterGradients,
  NormParametersShape,
  NormShape,
  normSums,
  normSumsOfChunks,
} from './instance-norm/instance-norm';
import { leakyReluGradient, LeakyReluShape } from './leaky-relu/leaky-relu-gradient';
import { maxPool, maxPoolGradient, PoolShape } from './pooling/max-pool';
import {
  loss,
  lossGradient,
  LossShape,
  lossSums,
  probabilities,
  ProbabilitiesShape,
} from './segmentation/segmentation';
import { upsampleGradient, UpsampleShape } from './upsample/upsample-gradient';

export function computeChunk(kernel: i32, shape: usize, chunk: i32, scratch: usize): void {
  switch (kernel) {
    case 0: return augmentImages(changetype<AugmentShape>(shape), chunk, scratch);
    case 1: return augmentMasks(changetype<AugmentShape>(shape), chunk, scratch);
    case 2: return packWeights(changetype<PackShape>(shape), chunk, scratch);
    case 3: return conv(changetype<ConvShape>(shape), chunk, scratch);
    case 4: return filterGradient(changetype<FilterGradientShape>(shape), chunk, scratch);
    case 5: return joinFilterGradient(changetype<JoinShape>(shape), chunk, scratch);
    case 6: return biasGradient(changetype<BiasShape>(shape), chunk, scratch);
    case 7: return joinBiasGradient(changetype<BiasShape>(shape), chunk, scratch);
    case 8: return leakyReluGradient(changetype<LeakyReluShape>(shape), chunk, scratch);
    case 9: return normMoments(changetype<NormShape>(shape), chunk, scratch);
    case 10: return normMomentsOfChunks(changetype<NormShape>(shape), chunk, scratch);
    case 11: return normApply(changetype<NormShape>(shape), chunk, scratch);
    case 12: return normSums(changetype<NormShape>(shape), chunk, scratch);
    case 13: return normSumsOfChunks(changetype<NormShape>(shape), chunk, scratch);
    case 14: return normGradient(changetype<NormShape>(shape), chunk, scratch);
    case 15: return normParameterGradients(changetype<NormParametersShape>(shape), chunk, scratch);
    case 16: return upsampleGradient(changetype<UpsampleShape>(shape), chunk, scratch);
    case 17: return maxPool(changetype<PoolShape>(shape), chunk, scratch);
    case 18: return maxPoolGradient(changetype<PoolShape>(shape), chunk, scratch);
    case 19: return lossSums(changetype<LossShape>(shape), chunk, scratch);
    case 20: return loss(changetype<LossShape>(shape), chunk, scratch);
    case 21: return lossGradient(changetype<LossShape>(shape), chunk, scratch);
    case 22: return probabilities(changetype<ProbabilitiesShape>(shape), chunk, scratch);
    case 23: return channelMeans(changetype<ChannelMeansShape>(shape), chunk, scratch);
    case 24: return squares(changetype<AdamShape>(shape), chunk, scratch);
    case 25: return adam(changetype<AdamShape>(shape), chunk, scratch);
    default: unreachable();
  }
}

/** Where the kernels' own constants end in memory (tables of exp and log). */
export function constantBytes(): usize {
  return __heap_base;
}
