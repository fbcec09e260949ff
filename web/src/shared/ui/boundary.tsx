import { Component, type ComponentChildren } from "preact";
import { asProblem } from "../api/problem";
import { ProblemNote } from "./problem-note";

interface State {
  error: unknown;
}

/** A page that could not be drawn says so, instead of leaving a blank screen. */
export class Boundary extends Component<{ children: ComponentChildren }, State> {
  override state: State = { error: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return <ProblemNote problem={asProblem(this.state.error)} onRetry={() => location.reload()} />;
  }
}
