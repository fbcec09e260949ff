import { useEffect, useRef, useState } from "preact/hooks";
import type { Role } from "../shared/api/types";
import { common } from "../shared/i18n/common";
import { useWords } from "../shared/i18n/words";
import type { LinkState } from "./link";
import { consultWords } from "./words";

export interface TileProps {
  id: string;
  name: string;
  role?: Role;
  stream: MediaStream;
  state: LinkState;
  mine?: boolean;
}

/** One person's picture and sound, with the state of the line to them. */
export function Tile({ id, name, role, stream, state, mine = false }: TileProps) {
  const t = useWords(consultWords);
  const c = useWords(common);
  const video = useRef<HTMLVideoElement>(null);
  const [blocked, setBlocked] = useState(false);

  const play = () => {
    video.current
      ?.play()
      .then(() => setBlocked(false))
      .catch((cause: unknown) =>
        setBlocked(cause instanceof DOMException && cause.name === "NotAllowedError"),
      );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: plays anew for each new stream
  useEffect(() => {
    if (!video.current || video.current.srcObject === stream) return;
    video.current.srcObject = stream;
    if (stream.getTracks().length > 0) play();
  }, [stream]);

  return (
    <figure class={mine ? "tile tile-mine" : "tile"} data-state={state} data-participant={id}>
      <video ref={video} autoplay playsInline muted={mine} aria-label={mine ? t.you : t.video_of(name)} />
      {state !== "live" && (
        <p class="tile-state" role="status">
          {t.state[state]}
        </p>
      )}
      {blocked && (
        <button type="button" class="button button-primary tile-sound" onClick={play}>
          {t.sound}
        </button>
      )}
      <figcaption>
        {name}
        {role && <span class="quiet"> · {c.role[role]}</span>}
      </figcaption>
    </figure>
  );
}
