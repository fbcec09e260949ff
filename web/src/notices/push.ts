import { calls } from "./api";

const WORKER = "/call-worker.js";

export function canBePushed(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** This browser's subscription, if it has one. */
export async function pushSubscription(): Promise<PushSubscription | null> {
  if (!canBePushed()) return null;
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** The server's key as the browser takes it: base64url to bytes. */
export function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const padded = key
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .padEnd(Math.ceil(key.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
}

/** Asks the person, subscribes, and tells the server; null when the person or the browser refuses. */
export async function startPush(key: string): Promise<PushSubscription | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  const registration = await navigator.serviceWorker.register(WORKER);
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(key),
  });
  await calls.subscribe(subscription.toJSON());
  return subscription;
}

/** The server first: a browser that it still knows would be called in vain. */
export async function stopPush(subscription: PushSubscription): Promise<void> {
  await calls.unsubscribe(subscription.endpoint);
  await subscription.unsubscribe();
}
