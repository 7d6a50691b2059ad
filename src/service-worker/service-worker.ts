/**
 * Keeps the page's own files, so that it opens without a network after the first visit, and gives each the security headers: on a host
 * that can set none this is what binds the workers, whose scripts' own responses decide what they may reach.
 *
 * A new version waits while pages of the old one are open, but for one that has just begun: a run that is going on must find the files
 * that it began with.
 */
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { securityHeaders } from '../../scripts/headers.mjs';
import { CLAIM, TAKE_OVER } from './messages.ts';

interface ServiceWorkerScope {
  /** Written in by the build: every file of the page with its revision. */
  readonly __WB_MANIFEST: { url: string; revision: string | null }[];
  readonly clients: {
    claim(): Promise<void>;
    matchAll(of: { includeUncontrolled: boolean; type: 'window' }): Promise<readonly unknown[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: string,
    listener: (event: {
      readonly data?: unknown;
      readonly ports?: readonly MessagePort[];
      waitUntil(done: Promise<unknown>): void;
    }) => void,
  ): void;
}
declare const self: ServiceWorkerScope;

addPlugins([
  {
    handlerWillRespond: async ({ response }) => {
      const headers = new Headers(response.headers);
      for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value);
      return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
    },
  },
]);
cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST, {
  // The settings stand in the query.
  ignoreURLParametersMatching: [/./],
  directoryIndex: 'index.html',
});
// The page that is there at the first visit, and one that was loaded past this worker, are taken over too.
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));
self.addEventListener('message', event => {
  if (event.data === CLAIM) event.waitUntil(self.clients.claim());
  if (event.data === TAKE_OVER) event.waitUntil(takeOver(event.ports?.[0]));
});

async function takeOver(asking: MessagePort | undefined): Promise<void> {
  const pages = await self.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  if (pages.length > 1) asking?.postMessage(false);
  else await self.skipWaiting();
}
