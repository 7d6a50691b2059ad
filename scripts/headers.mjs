// The headers that every response of the page carries, here and on static hosts (public/_headers repeats them; a test
// compares the two). A worker is bound by the policy of its own script's response, not by the page's, so that the
// policy must come with every response and not only with index.html.
export const securityHeaders = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
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

// Written into the page too, for hosts that send no headers. A policy in the page cannot say who may frame it.
export const policyInPage = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      injectTo: 'head-prepend',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: securityHeaders['Content-Security-Policy'].replace(/ frame-ancestors [^;]*;/, ''),
      },
    },
  ],
};
