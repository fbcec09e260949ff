import { API, send } from "../shared/api/client";
import { Problem } from "../shared/api/problem";
import type { Signalling } from "./link";

/** WHIP and WHEP over this session's cookie. Deletes outlive the page that sends them. */
function over(path: string, replaces: boolean): Signalling {
  return {
    replaces,
    open: async (offer) => {
      const response = await send(path, {
        method: "POST",
        body: offer,
        headers: { "Content-Type": "application/sdp", Accept: "application/sdp" },
      });
      const location = response.headers.get("Location");
      if (!location) throw new Problem({ title: "no Location in the answer", status: response.status });
      return { answer: await response.text(), location: new URL(location, response.url).pathname };
    },
    close: (location) => {
      // The session may be gone already: then there is nothing left to end.
      send(location, { method: "DELETE", keepalive: true }).catch(() => {});
    },
  };
}

export const publishing = (consultId: string) => over(`${API}/consults/${consultId}/whip`, true);
export const playing = (consultId: string, participantId: string) =>
  over(`${API}/consults/${consultId}/whep?of=${encodeURIComponent(participantId)}`, false);
