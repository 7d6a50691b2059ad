import { writeAddress } from './address.ts';
import type { Context } from './context.ts';

/** The address follows the settings, the split and the engine as they are now. */
export function tellAddress({ get, address, onAddress }: Context): void {
  const { settings, split, engine } = get();
  onAddress(writeAddress({ ...address, settings, split, engine }));
}
