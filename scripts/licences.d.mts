import type { Plugin } from 'vite';

export interface ShippedLicence {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package states it. */
  readonly licence: string;
  /** Empty where the package brings none. */
  readonly text: string;
}

export function shippedLicences(others?: readonly string[]): { readonly collect: () => Plugin; readonly emit: Plugin };
