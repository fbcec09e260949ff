// Shows a call when the application is not open, and opens the case when it is touched. What it is told names no
// patient (src/notify/push.rs).

self.addEventListener("push", (event) => {
  const call = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(call.title ?? "Vigie", {
      body: call.body ?? "",
      tag: call.tag,
      icon: "/favicon.svg",
      requireInteraction: true,
      data: { link: call.link ?? "/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const link = new URL(event.notification.data.link, self.location.origin);
  // Only within this application, whatever the link says.
  const path = link.pathname;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((windows) => {
      const open = windows.find((window) => new URL(window.url).pathname === path);
      return open ? open.focus() : self.clients.openWindow(path);
    }),
  );
});
