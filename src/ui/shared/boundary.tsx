import { Component, type ReactNode } from 'react';

interface Props {
  /** The region, for the sentence that says that it failed. */
  readonly title: string;
  readonly children: ReactNode;
}

/**
 * A region that cannot be drawn says so and offers to be drawn anew; the rest of the page, and the run, go on. (React knows boundaries only as
 * classes.)
 */
export class Boundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="panel warning" role="alert">
        <p>{`${this.props.title} could not be shown: something else changed this page, such as a translation. A run goes on.`}</p>
        <button type="button" onClick={() => this.setState({ failed: false })}>
          Show again
        </button>
      </div>
    );
  }
}
