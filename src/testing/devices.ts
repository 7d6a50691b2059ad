/** GPU devices, queues and the like that differ from a real one in a few members. */

/** `real` with `changes` in place of its own members; all others are its own, called on itself. */
export function deviceWith<T extends object>(real: T, changes: Partial<T>): T {
  return new Proxy(real, {
    get(target, key) {
      if (key in changes) return Reflect.get(changes, key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
