import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { cpuKernels } from './scripts/cpu-kernels.mjs';
import { headersOnEveryResponse, policyInPage } from './scripts/headers.mjs';
import { shippedLicences } from './scripts/licences.mjs';
import { welcomePicture } from './scripts/welcome-picture.ts';
import { entriesAreNotImported, workerOutput } from './scripts/worker-chunks.mjs';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

const licences = shippedLicences(['workbox-precaching', 'workbox-routing', 'workbox-strategies', 'workbox-core']);

export default defineConfig({
  // Relative addresses: the build must work from any sub-path of a static host.
  base: './',
  plugins: [
    react(),
    cpuKernels(),
    welcomePicture(),
    policyInPage,
    headersOnEveryResponse,
    licences.emit,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'service-worker.ts',
      // Registered by src/service-worker/policy-gate.ts; the manifest lies in public/.
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,webmanifest,wasm,woff2}', 'models/*'],
        // The tfjs engine's is the largest file, 2 MB.
        maximumFileSizeToCacheInBytes: 4e6,
      },
    }),
  ],
  define: { __APP_VERSION__: JSON.stringify(version) },
  worker: {
    format: 'es',
    plugins: () => [cpuKernels(), licences.collect(), entriesAreNotImported],
    rolldownOptions: { output: workerOutput },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 2500 },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1', port: 4173 },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'bench/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 60_000,
    // Vitest would leave one core free, which on two is half of them.
    maxWorkers: 2,
  },
});
