// Gradient of a convolution's weights, in sums sums:
//
//   sums[s, ky, kx, i, o] = Σ over the rows of split s, over x:  input[row(y, ky), column(x, kx), i] · gradient[y, x, o]
//
// A thread keeps K×K taps × T input channels × N output channels in registers and walks along the rows of its split with
// a sliding window of K columns, so that each step loads only STRIDE new columns. In quads, which are four neighbouring threads
// of a subgroup on the same input channels, each loads every fourth of them and gets the others from its neighbours.

//# if through
fn through(x: f32, image: i32, channel: u32) -> f32 {
  return leaky(affine(x, normOf(u32(image), channel)));
}
//# end

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = shape.first + id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let side = i32(shape.side);
  let sourceSide = i32(shape.sourceSide);
  let groups = shape.groups;
  let parts = shape.inputs / T;
  let group = thread % groups;
  let lane = thread % SPREAD;
  let part = (thread / groups) % parts;
  let split = thread / (groups * parts);

  //# each accumulator
  var a$y_$k_$i_$n = 0.0;
  //# end

  let end = min((split + 1) * shape.rowsPerSplit, shape.rows);
  for (var line = split * shape.rowsPerSplit; line < end; line++) {
    let y = i32(line) % side;
    let image = i32(line) / side;
    //# each row
    let row$y = y * STRIDE - PAD + $y;
    let inside$y = row$y >= 0 && row$y < sourceSide * RAISE;
    let from$y = u32(image * sourceSide + clamp(row$y / RAISE, 0, sourceSide - 1)) * u32(sourceSide) * shape.inputStride
      + shape.inputOffset + part * T;
    //# end
    //# each window
    var v$y_$k_$i = 0.0;
    //# end
    // Columns −PAD and on, before the first shift brings them to the window's left.
    //# each kept
    if (inside$y && $k - STRIDE - PAD >= 0 && $k - STRIDE - PAD < sourceSide * RAISE) {
      v$y_$k_$i = f32(input[from$y + u32(max($k - STRIDE - PAD, 0) / RAISE) * shape.inputStride + $i]);
      //# if through
      v$y_$k_$i = through(v$y_$k_$i, image, part * T + $i);
      //# end
    }
    //# end
    var g = line * shape.side * shape.gradientStride + shape.gradientOffset + group;
    for (var x = 0; x < side; x++) {
      //# each shift
      v$y_$k_$i = v$y_$from_$i;
      //# end
      //# each fresh
      let column$k = x * STRIDE - PAD + $k;
      let within$k = column$k >= 0 && column$k < sourceSide * RAISE;
      let at$k = u32(clamp(column$k / RAISE, 0, sourceSide - 1)) * shape.inputStride;
      //# end
      //# each load
      var l$y_$k_$q = select(0.0, f32(input[from$y + at$k + $q * SPREAD + lane]), inside$y && within$k);
      //# if through
      if (inside$y && within$k) { l$y_$k_$q = through(l$y_$k_$q, image, part * T + $q * SPREAD + lane); }
      //# end
      //# end
      //# each spread
      //# if quads
      v$y_$k_$i = quadBroadcast(l$y_$k_$q, $j);
      //# end
      //# if !quads
      v$y_$k_$i = l$y_$k_$q;
      //# end
      //# end
      //# each channel
      let g$n = f32(gradient[g + $n * groups]);
      //# end
      //# each accumulator
      a$y_$k_$i_$n = fma(v$y_$k_$i, g$n, a$y_$k_$i_$n);
      //# end
      g += shape.gradientStride;
    }
  }

  let size = K * K * shape.inputs * shape.outputs;
  let to = shape.to + split * size + part * T * shape.outputs + group;
  //# each accumulator
  sums[to + (($y * K + $k) * shape.inputs + $i) * shape.outputs + $n * groups] = a$y_$k_$i_$n;
  //# end
}
