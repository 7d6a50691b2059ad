import type { Plugin } from 'vite';

export const securityHeaders: Record<string, string>;
export const policyInPage: Plugin;
export const headersOnEveryResponse: Plugin;
