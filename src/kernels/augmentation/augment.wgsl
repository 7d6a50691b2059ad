// A batch's bytes through each image's augmentation (augment.ts says what its words mean). What the tests hold this to is in
// reference.ts; both sample the source at the same place, so that a mask follows its image.

struct Shape { threads: u32, side: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> bytes: array<u32>;
@group(0) @binding(2) var<storage, read> table: array<u32>;
//# if masks
@group(0) @binding(3) var<storage, read_write> output: array<u32>;
//# end
//# if !masks
@group(0) @binding(3) var<storage, read_write> output: array<Stored>;
//# end

fn byte(index: u32) -> f32 { return f32((bytes[index / 4u] >> (8u * (index % 4u))) & 255u); }

fn number(at: u32) -> f32 { return bitcast<f32>(table[at]); }

// Beyond its borders an image is mirrored, the border pixels not repeated.
fn mirrored(at: i32) -> u32 {
  let last = i32(shape.side) - 1;
  let place = abs(at) % (2 * last);
  return u32(select(place, 2 * last - place, place > last));
}

fn source(first: u32, x: f32, y: f32) -> vec2f {
  return vec2f(
    number(first + 1u) * x + number(first + 2u) * y + number(first + 3u),
    number(first + 4u) * x + number(first + 5u) * y + number(first + 6u),
  );
}

//# if masks
fn lesion(image: u32, x: u32, y: u32) -> f32 { return min(byte((image * shape.side + y) * shape.side + x), 1.0); }

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let pixels = shape.side * shape.side;
  let image = thread * 4u / pixels;
  let first = image * WORDS;
  var word = 0u;
  for (var i = 0u; i < 4u; i++) {
    let pixel = (thread * 4u + i) % pixels;
    let x = pixel % shape.side;
    let y = pixel / shape.side;
    var share = 0.0;
    if (table[first] == 0u) {
      share = lesion(image, x, y);
    } else {
      let at = source(first, f32(x), f32(y));
      let corner = floor(at);
      let part = at - corner;
      let left = mirrored(i32(corner.x));
      let right = mirrored(i32(corner.x) + 1);
      let top = mirrored(i32(corner.y));
      let bottom = mirrored(i32(corner.y) + 1);
      share = mix(
        mix(lesion(image, left, top), lesion(image, right, top), part.x),
        mix(lesion(image, left, bottom), lesion(image, right, bottom), part.x),
        part.y,
      );
    }
    word |= select(0u, 1u, share >= 0.5) << (8u * i);
  }
  output[thread] = word;
}
//# end

//# if !masks
fn colour(image: u32, x: u32, y: u32) -> vec3f {
  let at = ((image * shape.side + y) * shape.side + x) * 3u;
  return vec3f(byte(at), byte(at + 1u), byte(at + 2u)) / 255.0;
}

fn between(image: u32, at: vec2f) -> vec3f {
  let corner = floor(at);
  let part = at - corner;
  let left = mirrored(i32(corner.x));
  let right = mirrored(i32(corner.x) + 1);
  let top = mirrored(i32(corner.y));
  let bottom = mirrored(i32(corner.y) + 1);
  return mix(
    mix(colour(image, left, top), colour(image, right, top), part.x),
    mix(colour(image, left, bottom), colour(image, right, bottom), part.x),
    part.y,
  );
}

// A Gaussian of that deviation in source pixels, by 5 × 5 samples 0.8 deviations apart.
fn blurred(image: u32, at: vec2f, deviation: f32) -> vec3f {
  if (deviation == 0.0) { return between(image, at); }
  var sum = vec3f();
  var total = 0.0;
  for (var i = -2; i <= 2; i++) {
    for (var j = -2; j <= 2; j++) {
      let offset = 0.8 * vec2f(f32(i), f32(j));
      let weight = exp(-0.5 * dot(offset, offset));
      sum += weight * between(image, at + deviation * offset);
      total += weight;
    }
  }
  return sum / total;
}

fn segmentDistance(p: vec2f, a: vec2f, b: vec2f) -> f32 {
  let along = b - a;
  let t = clamp(dot(p - a, along) / max(dot(along, along), 1e-12), 0.0, 1.0);
  return length(p - a - t * along);
}

// How much of a pixel hairs cover: each a quadratic curve by 8 straight pieces, with edges a pixel wide.
fn covered(first: u32, p: vec2f) -> f32 {
  var most = 0.0;
  for (var hair = 0u; hair < table[first + 11u]; hair++) {
    let at = first + 24u + hair * 8u;
    let a = vec2f(number(at), number(at + 1u));
    let b = vec2f(number(at + 2u), number(at + 3u));
    let c = vec2f(number(at + 4u), number(at + 5u));
    var nearest = 1e9;
    var before = a;
    for (var i = 1; i <= 8; i++) {
      let t = f32(i) / 8.0;
      let next = (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c;
      nearest = min(nearest, segmentDistance(p, before, next));
      before = next;
    }
    most = max(most, number(at + 7u) * clamp(number(at + 6u) - nearest + 0.5, 0.0, 1.0));
  }
  return most;
}

fn noise(key: u32, index: u32) -> f32 {
  let bits = pcg(index + key);
  let sum = (bits & 255u) + ((bits >> 8u) & 255u) + ((bits >> 16u) & 255u) + (bits >> 24u);
  return (f32(sum) - 510.0) / noiseDeviation;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  let thread = id.x + id.y * workgroups.x * WORKGROUP;
  if (thread >= shape.threads) { return; }
  let pixels = shape.side * shape.side;
  let image = thread / pixels;
  let pixel = thread % pixels;
  let x = pixel % shape.side;
  let y = pixel / shape.side;
  let first = image * WORDS;
  var c: vec3f;
  if (table[first] == 0u) {
    c = colour(image, x, y);
  } else {
    c = blurred(image, source(first, f32(x), f32(y)), number(first + 7u));
    let one = vec4f(c, 1.0);
    c = vec3f(
      dot(one, vec4f(number(first + 12u), number(first + 13u), number(first + 14u), number(first + 15u))),
      dot(one, vec4f(number(first + 16u), number(first + 17u), number(first + 18u), number(first + 19u))),
      dot(one, vec4f(number(first + 20u), number(first + 21u), number(first + 22u), number(first + 23u))),
    );
    c = clamp(c, vec3f(), vec3f(1.0));
    let gamma = number(first + 10u);
    if (gamma != 1.0) { c = pow(max(c, vec3f(1e-6)), vec3f(gamma)); }
    c = mix(c, vec3f(hairRed, hairGreen, hairBlue), covered(first, vec2f(f32(x), f32(y))));
    let deviation = number(first + 8u);
    if (deviation > 0.0) {
      let key = table[first + 9u];
      c += deviation * vec3f(noise(key, pixel * 3u), noise(key, pixel * 3u + 1u), noise(key, pixel * 3u + 2u));
      c = clamp(c, vec3f(), vec3f(1.0));
    }
  }
  output[thread * 3u] = Stored(c.x);
  output[thread * 3u + 1u] = Stored(c.y);
  output[thread * 3u + 2u] = Stored(c.z);
}
//# end
