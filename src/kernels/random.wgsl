// The counter hash of random/pcg.ts: PCG as given by Jarzynski and Olano, JCGT 9(3), 2020.
fn pcg(value: u32) -> u32 {
  let state = value * 747796405u + 2891336453u;
  let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

// What step numbers change: see kernels/step.ts.
struct Step { learningRate: f32, firstCorrection: f32, secondCorrection: f32, dropoutKey: u32, dropoutOn: u32, lossScale: f32, averageKeep: f32 }

// Inverted dropout's factor of element `index` of the NHWC tensor: 0, or 1 / (1 − rate).
fn dropoutFactor(step: Step, stream: u32, rate: f32, index: u32) -> f32 {
  if (step.dropoutOn == 0u) { return 1.0; }
  let key = pcg(stream + step.dropoutKey);
  let unit = f32(pcg(index + key) >> 8u) / 16777216.0;
  return select(0.0, 1.0 / (1.0 - rate), unit >= rate);
}
