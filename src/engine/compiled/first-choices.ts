/**
 * Computed, not measured: the variants that the model in bench/model takes for the best on each class of GPU, where it holds them to be faster by
 * far than the first on offer, for the Improved UNet at 256² and 16 filters. Made by bench/model/first-choices.test.ts:
 * LONG=1 npx vitest run bench/model -u
 */
import type { DeviceClass } from './device-class.ts';
import type { Tiles } from './questions.ts';

// biome-ignore format: one line each
export const FIRST_CHOICES: Readonly<Record<DeviceClass, Tiles>> = {
  integrated: {
    'conv batch=1 form=plain inputs=32 kernel=3 outputs=32 side=128 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
    'conv batch=1 form=plain inputs=64 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":8,"block":8}},
    'conv batch=1 form=plain inputs=256 kernel=3 outputs=256 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":8,"block":8}},
    'conv batch=1 form=upsampled inputs=128 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":8,"block":8}},
    'conv batch=1 form=plain inputs=128 kernel=3 outputs=128 side=64 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
    'conv batch=1 form=plain inputs=128 kernel=1 outputs=64 side=64 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":16}},
    'conv batch=1 form=upsampled inputs=64 kernel=3 outputs=32 side=128 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
    'conv batch=1 form=plain inputs=64 kernel=4 outputs=128 side=32 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":4,"block":8,"depth":2}},
    'conv batch=1 form=plain inputs=128 kernel=1 outputs=256 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":16,"depth":4}},
    'conv batch=1 form=dilated inputs=256 kernel=3 outputs=128 side=32 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=1 form=dilated inputs=128 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
    'conv batch=1 form=dilated inputs=64 kernel=3 outputs=32 side=128 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
    'conv batch=8 form=plain inputs=256 kernel=3 outputs=256 side=16 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
    'conv batch=8 form=upsampled inputs=256 kernel=3 outputs=128 side=32 stored=f32 stride=1': {"pixels":8,"channels":4,"workgroup":64,"gemm":{"rows":16,"lanes":4,"block":8}},
  },
  discrete: {
    'conv batch=1 form=plain inputs=64 kernel=3 outputs=64 side=128 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=8 form=plain inputs=128 kernel=3 outputs=128 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":8,"depth":4}},
    'conv batch=8 form=plain inputs=256 kernel=1 outputs=128 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":16,"depth":4}},
    'conv batch=8 form=upsampled inputs=128 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=8 form=plain inputs=32 kernel=4 outputs=64 side=64 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":8,"block":8}},
    'conv batch=8 form=plain inputs=64 kernel=4 outputs=128 side=32 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=8 form=plain inputs=128 kernel=4 outputs=256 side=16 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=8 form=dilated inputs=256 kernel=3 outputs=128 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
  },
  large: {
    'conv batch=1 form=plain inputs=64 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=1 form=plain inputs=64 kernel=3 outputs=128 side=32 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":4,"block":8,"depth":2}},
    'conv batch=1 form=plain inputs=128 kernel=3 outputs=128 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":8,"depth":4}},
    'conv batch=1 form=plain inputs=128 kernel=3 outputs=256 side=16 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":4,"block":8,"depth":2}},
    'conv batch=1 form=plain inputs=256 kernel=3 outputs=256 side=16 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":8,"depth":4}},
    'conv batch=1 form=upsampled inputs=256 kernel=3 outputs=128 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":8,"depth":4}},
    'conv batch=1 form=plain inputs=256 kernel=3 outputs=256 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":8,"block":8,"depth":2}},
    'conv batch=1 form=plain inputs=256 kernel=1 outputs=128 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":4,"block":16,"depth":4}},
    'conv batch=1 form=upsampled inputs=128 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=1 form=plain inputs=128 kernel=1 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":16,"block":16}},
    'conv batch=1 form=plain inputs=64 kernel=1 outputs=32 side=128 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":16}},
    'conv batch=1 form=plain inputs=1 kernel=1 outputs=32 side=128 stored=f32 stride=1': {"pixels":4,"channels":2,"workgroup":64},
    'conv batch=1 form=plain inputs=1 kernel=1 outputs=64 side=64 stored=f32 stride=1': {"pixels":8,"channels":1,"workgroup":64,"shared":{"rows":8,"lanes":8,"block":16}},
    'conv batch=1 form=plain inputs=64 kernel=4 outputs=128 side=32 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":4,"block":8,"depth":2}},
    'conv batch=1 form=plain inputs=128 kernel=1 outputs=256 side=32 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":8,"lanes":8,"block":16,"depth":2}},
    'conv batch=1 form=plain inputs=128 kernel=4 outputs=256 side=16 stored=f32 stride=2': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":4,"block":8,"depth":2}},
    'conv batch=1 form=dilated inputs=128 kernel=3 outputs=64 side=64 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":128,"gemm":{"rows":16,"lanes":8,"block":8}},
    'conv batch=8 form=plain inputs=32 kernel=3 outputs=32 side=256 stored=f32 stride=1': {"pixels":4,"channels":4,"workgroup":64,"gemm":{"rows":8,"lanes":8,"block":8}},
  },
};
