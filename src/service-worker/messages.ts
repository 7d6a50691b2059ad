/** From a page that its service worker does not control. */
export const CLAIM = 'claim';
/** From a page that has just started, to the waiting service worker of a newer version; answered through the port with false if it
 * goes on waiting. */
export const TAKE_OVER = 'take over';
