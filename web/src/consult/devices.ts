/** What of the person's devices the call may use. */
export type Capture =
  | { kind: "both" | "audio"; stream: MediaStream }
  | { kind: "denied" | "missing" | "insecure"; stream: null };

const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 25, max: 30 },
  facingMode: "user",
};

/** Camera and microphone; the microphone alone when there is no camera; otherwise why there is neither. */
export async function capture(): Promise<Capture> {
  if (!navigator.mediaDevices) return { kind: "insecure", stream: null };
  try {
    return {
      kind: "both",
      stream: await navigator.mediaDevices.getUserMedia({ audio: AUDIO, video: VIDEO }),
    };
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "NotAllowedError")
      return { kind: "denied", stream: null };
  }
  try {
    return { kind: "audio", stream: await navigator.mediaDevices.getUserMedia({ audio: AUDIO }) };
  } catch (cause) {
    const denied = cause instanceof DOMException && cause.name === "NotAllowedError";
    return { kind: denied ? "denied" : "missing", stream: null };
  }
}
