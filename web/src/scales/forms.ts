import { api } from "../shared/api";
import type { Forms } from "../shared/api/types";
import { type Resource, useResource } from "../shared/resource";

/** The forms do not change while the program runs: asked for once, and again only after a failure. */
let asked: Promise<Forms> | null = null;

function fetchForms(): Promise<Forms> {
  asked ??= api.forms().catch((cause) => {
    asked = null;
    throw cause;
  });
  return asked;
}

export function useForms(): Resource<Forms> {
  return useResource("scales", fetchForms);
}
