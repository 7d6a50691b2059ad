/** Starts the service worker, and says when the page's workers may start: once their scripts' responses carry the policy. */
import { CLAIM, TAKE_OVER } from './messages.ts';

const POLICY = 'content-security-policy';

export interface CoverOptions {
  /** undefined where the browser has none. */
  readonly container: ServiceWorkerContainer | undefined;
  /** The answer to a request of the page itself, headers only. */
  readonly ownResponse: () => Promise<Response>;
  readonly script: string;
  /** Loads the page again, by the version that has just taken over. */
  readonly reload: () => void;
  /** To wait for the service worker at most, milliseconds. */
  readonly withinMs?: number;
}

/**
 * Resolves as soon as either the host or the service worker sends the policy with every response; with a sentence for the user
 * where neither does. Never rejects. A waiting newer version takes over first, if no other page is open.
 */
export async function cover({
  container,
  ownResponse,
  script,
  reload,
  withinMs = 60_000,
}: CoverOptions): Promise<string | null> {
  const registering = container ? register(container, script) : Promise.resolve(undefined);
  if (container?.controller) {
    if (await renewed(container, (await registering)?.waiting)) reload();
    return null;
  }
  const sent = await ownResponse().then(
    ({ headers }) => headers.has(POLICY),
    // Without a network there is no host to ask.
    () => false,
  );
  if (sent) return null;
  const registration = await registering;
  if (container && registration && (await controlled(container, registration, withinMs))) return null;
  return 'This host sends no security policy, and no service worker could be started in its place: the page is still held to its policy, its background workers are not';
}

/** undefined where it is refused: not every browser has service workers in every mode, and some then answer with nothing. */
async function register(
  container: ServiceWorkerContainer,
  script: string,
): Promise<ServiceWorkerRegistration | undefined> {
  try {
    return await container.register(script);
  } catch {
    return undefined;
  }
}

function controlled(
  container: ServiceWorkerContainer,
  { installing, waiting, active }: ServiceWorkerRegistration,
  withinMs: number,
): Promise<boolean> {
  if (container.controller) return Promise.resolve(true);
  active?.postMessage(CLAIM);
  return new Promise(resolve => {
    container.addEventListener('controllerchange', () => resolve(true), { once: true });
    const coming = installing ?? waiting ?? active;
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'redundant') resolve(false);
    });
    setTimeout(() => resolve(false), withinMs);
  });
}

/** Whether the newer version has taken over: it does not where another page is open. */
function renewed(container: ServiceWorkerContainer, waiting: ServiceWorker | null | undefined): Promise<boolean> {
  if (!waiting) return Promise.resolve(false);
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    const end = (taken: boolean) => {
      port1.close();
      resolve(taken);
    };
    port1.onmessage = () => end(false);
    container.addEventListener('controllerchange', () => end(true), { once: true });
    setTimeout(() => end(false), 3000);
    waiting.postMessage(TAKE_OVER, [port2]);
  });
}
