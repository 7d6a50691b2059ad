// The headers that every response of the page carries, here and on static hosts (public/_headers repeats them; a test
// compares the two). A worker is bound by the policy of its own script's response, not by the page's, so that the
// policy must come with every response and not only with index.html.
export const securityHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    // The CPU engine's workers compile its kernels, which are files of the page. The page itself may not: see policyInPage.
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

// Written into the page too, for hosts that send no headers. A policy in the page cannot say who may frame it. It binds the page and not
// its workers, so that it leaves out what only they need.
export const policyInPage = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: securityHeaders['Content-Security-Policy'].replace(/ frame-ancestors [^;]*;| 'wasm-unsafe-eval'/g, ''),
      },
    },
  ],
};

// Sets them on every response of the servers here, those that say "not found" or "not modified" included. While the page is developed,
// Vite writes scripts and styles into it; nothing else differs.
export const headersOnEveryResponse = {
  name: 'headers-on-every-response',
  configurePreviewServer: server => void server.middlewares.use(setting(securityHeaders)),
  configureServer: server => void server.middlewares.use(setting(developmentHeaders)),
};

export const developmentHeaders = {
  ...securityHeaders,
  'Content-Security-Policy': securityHeaders['Content-Security-Policy'].replace(
    /(script-src|style-src) 'self'/g,
    "$1 'self' 'unsafe-inline'",
  ),
};

function setting(headers) {
  return (_request, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  };
}
