// From all convolutions' weights [ky, kx, i, o], the weights with which the same shader makes their input gradients, in
// one dispatch per step. Each workgroup serves one block of one convolution.
//
//   kernel K, any stride:   derived[K−1−ky, K−1−kx, o, i] = weights[ky, kx, i, o]
//   3×3 after upsampling:   each source pixel was read as a 2×2 block, so its gradient gathers a 4×4 patch with stride 2:
//                           derived[r, c, o, i] = Σ over a, b in {0, 1} of weights[a + 2 − r, b + 2 − c, i, o]

struct Conv { source: u32, to: u32, kernel: u32, inputs: u32, outputs: u32, raised: u32 }
struct Block { conv: u32, first: u32 }

@group(0) @binding(0) var<storage, read> convs: array<Conv>;
@group(0) @binding(1) var<storage, read> blocks: array<Block>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> derived: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u,
        @builtin(num_workgroups) workgroups: vec3u) {
  let index = workgroup.x + workgroup.y * workgroups.x;
  if (index >= BLOCKS) { return; }
  let conv = convs[blocks[index].conv];
  let size = conv.inputs * conv.outputs;
  let taps = select(conv.kernel * conv.kernel, 16u, conv.raised == 1u);
  // A thread takes one tap and input channel, and OUTPUTS output channels: divisions are expensive on software adapters.
  let parts = (conv.outputs + OUTPUTS - 1) / OUTPUTS;
  let e = blocks[index].first + local.x;
  if (e >= taps * conv.inputs * parts) { return; }
  let i = e % conv.inputs;
  let rest = e / conv.inputs;
  let begin = (rest % parts) * OUTPUTS;
  let end = min(begin + OUTPUTS, conv.outputs);
  let tap = rest / parts;
  let to = conv.to + tap * size + i;
  let at = conv.source + i * conv.outputs;
  if (conv.raised == 0u) {
    let flipped = at + (conv.kernel * conv.kernel - 1u - tap) * size;
    for (var o = begin; o < end; o++) { derived[to + o * conv.inputs] = weights[flipped + o]; }
    return;
  }
  let top = 2 - i32(tap / 4u);
  let left = 2 - i32(tap % 4u);
  for (var o = begin; o < end; o++) {
    var sum = 0.0;
    for (var ky = max(top, 0); ky <= min(top + 1, 2); ky++) {
      for (var kx = max(left, 0); kx <= min(left + 1, 2); kx++) {
        sum += weights[at + o + u32(ky * 3 + kx) * size];
      }
    }
    derived[to + o * conv.inputs] = sum;
  }
}
