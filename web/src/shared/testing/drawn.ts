import type { ComponentChildren, VNode } from "preact";

type Drawn = VNode<Record<string, unknown> & { children?: ComponentChildren }>;

const isNode = (node: unknown): node is Drawn => typeof node === "object" && node !== null && "type" in node;

/** What components without hooks draw, without a browser: the elements in their order. For tests. */
export function elements(node: unknown): Drawn[] {
  if (Array.isArray(node)) return node.flatMap(elements);
  if (!isNode(node)) return [];
  if (typeof node.type === "function")
    return elements((node.type as (props: unknown) => unknown)(node.props));
  return [node, ...elements(node.props.children)];
}

/** The words that they show. */
export function shownText(node: unknown): string {
  if (Array.isArray(node)) return node.map(shownText).join("");
  if (typeof node === "string" || typeof node === "number") return String(node);
  if (!isNode(node)) return "";
  if (typeof node.type === "function")
    return shownText((node.type as (props: unknown) => unknown)(node.props));
  return shownText(node.props.children);
}
