// Gradient of a convolution's weights as a product of matrices over the pixels: (taps and input channels) × pixels by pixels × output
// channels.
//
// A thread keeps one kernel row's K taps × four input channels × four output channels and walks along the rows of its split. Each step
// loads four input channels of the STRIDE columns that are new in its window, and four output channels of the gradient. Neighbouring
// threads take neighbouring output channels: what they load of the gradient lies side by side, what they load of the input is the same.
//
// The pixels come in the order of filter-gradient.wgsl, and the splits of a bundle, which are a workgroup's, are added in the order in which
// join-partials.wgsl adds those of others: so that all give the same bits.

//# if wide
fn inputs(at: u32) -> vec4f { return vec4f(input[at / 4]); }
fn gradients(at: u32) -> vec4f { return vec4f(gradient[at / 4]); }
//# end
//# if !wide
fn inputs(at: u32) -> vec4f { return vec4f(vec4(input[at], input[at + 1], input[at + 2], input[at + 3])); }
fn gradients(at: u32) -> vec4f { return vec4f(vec4(gradient[at], gradient[at + 1], gradient[at + 2], gradient[at + 3])); }
//# end

//# if bundled
var<workgroup> bundle: array<vec4f, BUNDLE * 4 * WORKGROUP>;   // [split, input channel, thread]
//# end

@compute @workgroup_size(WORKGROUP, BUNDLE)
fn main(@builtin(local_invocation_id) local: vec3u, @builtin(workgroup_id) workgroup: vec3u,
        @builtin(num_workgroups) workgroups: vec3u) {
  let thread = shape.first + (workgroup.x + workgroup.y * workgroups.x) * WORKGROUP + local.x;
  let side = i32(shape.side);
  let sourceSide = i32(shape.sourceSide);
  let groups = shape.groups;
  let parts = shape.inputs / 4;
  let group = thread % groups;
  let part = thread / groups % parts;
  let ky = i32(thread / (groups * parts) % K);
  let place = thread / (groups * parts * K);
  let split = place * BUNDLE + local.y;

  //# each accumulator
  var a$k_$i = vec4f();
  //# end

  let end = select(0, min((split + 1) * shape.rowsPerSplit, shape.rows), thread < shape.threads);
  for (var line = split * shape.rowsPerSplit; line < end; line++) {
    let row = i32(line) % side * STRIDE - PAD + ky;
    // All products with a row of zeros.
    if (row < 0 || row >= sourceSide * RAISE) { continue; }
    let image = i32(line) / side;
    let base = u32(image * sourceSide + row / RAISE) * u32(sourceSide) * shape.inputStride + shape.inputOffset + part * 4;
    //# if through
    let norm = normOf(u32(image), part * 4);
    //# end
    //# each column
    var v$k = vec4f();
    //# end
    // Columns −PAD and on, before the first shift brings them to the window's left.
    //# each kept
    if ($k - STRIDE - PAD >= 0 && $k - STRIDE - PAD < sourceSide * RAISE) {
      v$k = inputs(base + u32(max($k - STRIDE - PAD, 0) / RAISE) * shape.inputStride);
      //# if through
      v$k = leaky(affine(v$k, norm));
      //# end
    }
    //# end
    var at = line * shape.side * shape.gradientStride + shape.gradientOffset + group * 4;
    for (var x = 0; x < side; x++) {
      //# each shift
      v$k = v$from;
      //# end
      //# each fresh
      let column$k = x * STRIDE - PAD + $k;
      let place$k = u32(clamp(column$k / RAISE, 0, sourceSide - 1)) * shape.inputStride;
      let l$k = inputs(base + place$k);
      //# if through
      v$k = select(vec4f(), leaky(affine(l$k, norm)), column$k >= 0 && column$k < sourceSide * RAISE);
      //# end
      //# if !through
      v$k = select(vec4f(), l$k, column$k >= 0 && column$k < sourceSide * RAISE);
      //# end
      //# end
      let g = gradients(at);
      //# each accumulator
      a$k_$i = fma(vec4f(v$k[$i]), g, a$k_$i);
      //# end
      at += shape.gradientStride;
    }
  }

  let to = shape.to + place * K * K * shape.inputs * shape.outputs + part * 4 * shape.outputs + group * 4;
  //# if bundled
  // Of one tap at a time: thread y adds what all of its bundle have of input channel y.
  //# each column
  workgroupBarrier();
  //# each input
  bundle[(local.y * 4 + $i) * WORKGROUP + local.x] = a$k_$i;
  //# end
  workgroupBarrier();
  var sum$k = vec4f();
  for (var s = 0u; s < BUNDLE; s++) { sum$k += bundle[(s * 4 + local.y) * WORKGROUP + local.x]; }
  if (thread < shape.threads) { put(to + ((u32(ky) * K + $k) * shape.inputs + local.y) * shape.outputs, sum$k); }
  //# end
  //# end
  //# if !bundled
  if (thread >= shape.threads) { return; }
  //# each accumulator
  put(to + ((u32(ky) * K + $k) * shape.inputs + $i) * shape.outputs, a$k_$i);
  //# end
  //# end
}

fn put(at: u32, value: vec4f) {
  for (var n = 0u; n < 4; n++) { sums[at + n] = value[n]; }
}
