import './insecure.css';

/** In place of the page where the browser withholds what it needs: storage, locks, hashes and the GPU are for secure addresses only. */
export function Insecure() {
  return (
    <main className="insecure">
      <h1>Lesion Studio</h1>
      <p role="alert">
        This page was opened over http from another computer, and browsers let such a page neither store images nor
        compute in the background: open it over https, or from http://localhost on the computer that serves it.
      </p>
    </main>
  );
}
