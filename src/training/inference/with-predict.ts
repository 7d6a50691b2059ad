import type { Engine } from '../../engine/engine.ts';

/** The engine with other predictions. All else is the engine's own. */
export function withPredict(engine: Engine, predict: Engine['predict']): Engine {
  return new Proxy(engine, {
    get(target, key) {
      if (key === 'predict') return predict;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
