// The layers of Lesion Studio's models that tfjs does not have. Call register(tf) once, then tf.loadLayersModel(…).
export function register(tf) {
  /** (x − mean) / √(variance + 1e-5) · gamma + beta, per image and channel over height and width. */
  class InstanceNorm extends tf.layers.Layer {
    static className = 'InstanceNorm';

    build(inputShape) {
      const channels = inputShape[inputShape.length - 1];
      this.gamma = this.addWeight('gamma', [channels], 'float32', tf.initializers.ones());
      this.beta = this.addWeight('beta', [channels], 'float32', tf.initializers.zeros());
      this.built = true;
    }

    call(inputs) {
      return tf.tidy(() => {
        const x = Array.isArray(inputs) ? inputs[0] : inputs;
        const { mean, variance } = tf.moments(x, [1, 2], true);
        const normalized = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5)));
        return tf.add(tf.mul(normalized, this.gamma.read()), this.beta.read());
      });
    }

    computeOutputShape(inputShape) {
      return inputShape;
    }
  }

  /** Dropout of the training on Lesion Studio's page; for predictions it lets everything pass. */
  class CounterDropout extends tf.layers.Layer {
    static className = 'CounterDropout';

    constructor(config) {
      super(config);
      this.rate = config.rate;
      this.stream = config.stream;
    }

    call(inputs) {
      return tf.clone(Array.isArray(inputs) ? inputs[0] : inputs);
    }

    computeOutputShape(inputShape) {
      return inputShape;
    }

    getConfig() {
      return { ...super.getConfig(), rate: this.rate, stream: this.stream };
    }
  }

  tf.serialization.registerClass(InstanceNorm);
  tf.serialization.registerClass(CounterDropout);
}
