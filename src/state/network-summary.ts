/** What the page tells of the network that the settings describe. */
import { buildNetwork } from '../network/catalogue.ts';
import { type NetworkSummary, summarise } from '../network/summary.ts';
import type { RunSettings } from '../protocol/settings.ts';

export type { LevelSummary, NetworkSummary } from '../network/summary.ts';

/** Throws RangeError where the image size does not fit the network. */
export function networkSummary({
  arch,
  filters,
  size,
}: Pick<RunSettings, 'arch' | 'filters' | 'size'>): NetworkSummary {
  return summarise(buildNetwork(arch, filters), size);
}
